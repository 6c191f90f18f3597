-- One row per accuracy over all photographs of a run in use and part that is not the share of correct predictions.
WITH shares AS (
    SELECT run_id, part, avg((predicted = truth)::INT) AS share FROM registry.predictions GROUP BY run_id, part
)
SELECT metrics.run_id, metrics.part, metrics.slice, metrics.metric
FROM {batch} AS metrics
SEMI JOIN runs_in_use() AS used USING (run_id)
JOIN shares USING (run_id, part)
WHERE metrics.slice = 'all' AND metrics.metric = 'accuracy'
  AND NOT coalesce(abs(metrics.value - shares.share) <= getvariable('measured_tolerance'), false)
