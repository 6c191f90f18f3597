-- One row per run with predictions in a part that has no metrics.
FROM registry.predictions AS p
JOIN registry.runs AS r USING (run_id)
ANTI JOIN registry.metrics AS m ON m.run_id = p.run_id AND m.part = p.part
SELECT DISTINCT p.run_id, r.split_id
ORDER BY p.run_id
