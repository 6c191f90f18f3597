-- One row per metric of a run in use that is negative, a share or area above 1, or has an inverted interval; losses and normalised metrics have no maximum.
SELECT run_id, part, slice, metric
FROM {batch} AS metrics
SEMI JOIN runs_in_use() AS used USING (run_id)
WHERE low > high OR value < 0 OR (value > 1 AND NOT contains(metric, 'loss') AND NOT ends_with(metric, '_normalised'))
