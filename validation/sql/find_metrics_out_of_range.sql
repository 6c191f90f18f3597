-- One row a metric that is a share or an area and lies outside 0 to 1, or whose interval is turned around.
SELECT run_id, part, slice, metric
FROM {batch}
WHERE low > high
   OR (
       metric IN ('accuracy', 'accuracy_all', 'macro_f1', 'roc_auc', 'calibration_error', 'chance')
       AND NOT coalesce(value, 0) BETWEEN 0 AND 1
   )
