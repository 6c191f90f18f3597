-- One row per row of registry.epochs whose run is missing from registry.runs.
SELECT epochs.run_id, epochs.epoch
FROM {batch} AS epochs
ANTI JOIN registry.runs AS runs ON runs.run_id = epochs.run_id
