-- One row per current system: its accuracy with interval over the pooled folds, or by person if it has no folds.
FROM registry.systems AS p
LEFT JOIN (FROM registry.systems WHERE strategy = 'folds') AS f ON f.model = p.model AND f.recipe = p.recipe
LEFT JOIN (FROM registry.metrics WHERE part = 'test' AND slice = 'all' AND metric = 'accuracy') AS m
    ON m.run_id = coalesce(f.run_id, p.run_id)
SELECT
    p.model, p.recipe, p.run_id, CASE WHEN f.run_id IS NULL THEN 'by_person' ELSE 'folds' END AS tested,
    m.value AS accuracy, m.low, m.high
WHERE p.strategy = 'by_person'
ORDER BY accuracy DESC NULLS LAST, p.model
