-- One row an accuracy of all photographs of a run and part that is not the share of right predictions.
WITH shares AS (
    SELECT run_id, part, avg((predicted = truth)::INT) AS share FROM registry.predictions GROUP BY run_id, part
)
SELECT metrics.run_id, metrics.part, metrics.slice, metrics.metric
FROM {batch} AS metrics
JOIN shares USING (run_id, part)
WHERE metrics.slice = 'all' AND metrics.metric = 'accuracy'
  AND NOT coalesce(abs(metrics.value - shares.share) <= getvariable('measured_tolerance'), false)
