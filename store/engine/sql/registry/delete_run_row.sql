-- No rows: deletes a run that will be trained again.
DELETE FROM registry.runs WHERE run_id = $run_id
