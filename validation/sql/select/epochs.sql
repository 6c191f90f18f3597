-- One row per epoch of a run.
SELECT * EXCLUDE (run_id) FROM registry.epochs WHERE run_id = $run_id ORDER BY epoch
