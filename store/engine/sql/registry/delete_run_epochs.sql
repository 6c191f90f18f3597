-- No rows: deletes the epochs of a run.
DELETE FROM registry.epochs WHERE run_id = $run_id
