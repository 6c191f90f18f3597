-- One row a completed run that predicted nothing.
SELECT runs.run_id
FROM {batch} AS runs
ANTI JOIN registry.predictions AS predictions ON predictions.run_id = runs.run_id
WHERE runs.status = 'completed'
