-- One row per completed run in use without predictions.
SELECT runs.run_id
FROM {batch} AS runs
SEMI JOIN runs_in_use() AS used USING (run_id)
ANTI JOIN registry.predictions AS predictions ON predictions.run_id = runs.run_id
WHERE runs.status = 'completed'
