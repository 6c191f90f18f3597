-- One row per training run, newest first: start, duration and test accuracy; runs that pool or average others were not
-- trained themselves.
FROM registry.runs AS r
JOIN splits.sets AS s USING (split_id)
LEFT JOIN (FROM registry.current SELECT run_id AS current_id) AS c ON c.current_id = r.run_id
LEFT JOIN (FROM registry.epochs SELECT run_id, max(epoch) AS epochs GROUP BY run_id) AS e ON e.run_id = r.run_id
LEFT JOIN (
    FROM registry.metrics SELECT run_id, value AS accuracy WHERE part = 'test' AND slice = 'all' AND metric = 'accuracy'
) AS m ON m.run_id = r.run_id
SELECT
    r.run_id, r.model, r.recipe, s.strategy, s.fold, r.seed, r.status, r.status_detail, r.started_at, r.duration_s,
    e.epochs, r.code_version, c.current_id IS NOT NULL AS is_current,
    (r.parameters->'$.members') IS NOT NULL
        OR EXISTS (FROM registry.runs AS f WHERE f.pooled_run_id = r.run_id) AS is_pooled,
    m.accuracy
ORDER BY r.started_at DESC, r.run_id
