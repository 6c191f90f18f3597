-- No rows: deletes the attributions of a run.
DELETE FROM registry.attributions WHERE run_id = $run_id
