-- One row per metric of a run in use that is outside its range or has an inverted interval.
-- Shares, areas and gaps are from 0 to 1, kappa and correlations from -1 to 1, Brier scores from 0 to 2, the entropy of
-- errors from 0 to log2(n (n - 1)) with n classes, 5.8074 for eight; losses and normalised metrics have no maximum.
WITH sizes AS (
    FROM registry.runs JOIN splits.sets USING (split_id)
    SELECT run_id, len(getvariable('emotions')) + coalesce(len(further_emotions::VARCHAR[]), 0) AS n
)
SELECT run_id, part, slice, metric
FROM {batch} AS metrics
SEMI JOIN runs_in_use() AS used USING (run_id)
LEFT JOIN sizes USING (run_id)
WHERE low > high
   OR value < CASE WHEN metric IN ('cohen_kappa', 'matthews_correlation') THEN -1 ELSE 0 END
   OR value > CASE
       WHEN contains(metric, 'loss') OR ends_with(metric, '_normalised') THEN 'infinity'::DOUBLE
       WHEN starts_with(metric, 'brier_score') THEN 2
       WHEN metric = 'confusion_entropy' THEN log2(n * (n - 1)) + 0.0001
       ELSE 1
   END
