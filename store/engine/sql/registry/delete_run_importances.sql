-- No rows: deletes the importances of a run.
DELETE FROM registry.importances WHERE run_id = $run_id
