-- One row per current system: its run by person and the run that pools the folds, their status, and the accuracy on
-- validation people, in which a photograph without a prediction counts as wrong.
WITH validated AS (
    FROM registry.runs AS f
    JOIN registry.metrics AS m USING (run_id)
    SELECT f.pooled_run_id AS run_id, sum(m.value * m.n_images) / sum(m.n_images) AS accuracy
    WHERE m.part = 'validate' AND m.slice = 'all' AND m.metric = 'accuracy_all' AND f.pooled_run_id IS NOT NULL
    GROUP BY f.pooled_run_id
),
alone AS (
    FROM registry.metrics SELECT run_id, value AS accuracy
    WHERE part = 'validate' AND slice = 'all' AND metric = 'accuracy_all'
),
current_systems AS (
    FROM registry.systems AS s JOIN registry.runs AS r USING (run_id)
    SELECT s.model, s.recipe, s.strategy, s.run_id, r.status, r.status_detail
)
FROM (FROM current_systems WHERE strategy = 'by_person') AS p
LEFT JOIN (FROM current_systems WHERE strategy = 'folds') AS f ON f.model = p.model AND f.recipe = p.recipe
LEFT JOIN validated AS v ON v.run_id = f.run_id
LEFT JOIN alone AS a ON a.run_id = p.run_id
SELECT
    p.model, p.recipe, p.run_id, f.run_id AS pooled_run_id,
    CASE WHEN p.status = 'completed' THEN coalesce(f.status, p.status) ELSE p.status END AS status,
    CASE WHEN p.status = 'completed' THEN coalesce(f.status_detail, p.status_detail) ELSE p.status_detail END AS status_detail,
    CASE WHEN f.run_id IS NULL THEN a.accuracy ELSE v.accuracy END AS validated
ORDER BY p.model, p.recipe
