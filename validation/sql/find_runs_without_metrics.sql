-- One row a run and part with predictions and without a metric of all photographs.
SELECT DISTINCT predictions.run_id, predictions.part
FROM registry.predictions AS predictions
JOIN {batch} AS runs USING (run_id)
WHERE NOT EXISTS (
    FROM registry.metrics AS metrics
    WHERE metrics.run_id = predictions.run_id AND metrics.part = predictions.part AND metrics.slice = 'all'
)
