-- One row a metric that is negative, or a share or area above 1, or whose interval is turned around; a loss has no end.
SELECT run_id, part, slice, metric
FROM {batch}
WHERE low > high OR value < 0 OR (value > 1 AND NOT contains(metric, 'loss'))
