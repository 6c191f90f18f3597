-- One row per row of registry.metrics whose run is missing from registry.runs.
SELECT metrics.run_id, metrics.part, metrics.slice, metrics.metric
FROM {batch} AS metrics
ANTI JOIN registry.runs AS runs ON runs.run_id = metrics.run_id
