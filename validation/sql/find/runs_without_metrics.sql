-- One row per run in use and part with predictions but without a metric over all photographs.
SELECT DISTINCT predictions.run_id, predictions.part
FROM registry.predictions AS predictions
JOIN {batch} AS runs USING (run_id)
SEMI JOIN runs_in_use() AS used USING (run_id)
WHERE NOT EXISTS (
    FROM registry.metrics AS metrics
    WHERE metrics.run_id = predictions.run_id AND metrics.part = predictions.part AND metrics.slice = 'all'
)
