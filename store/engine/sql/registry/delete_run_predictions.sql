-- No rows: deletes the predictions of a run.
DELETE FROM registry.predictions WHERE run_id = $run_id
