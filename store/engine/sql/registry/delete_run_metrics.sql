-- No rows: deletes the metrics of a run.
DELETE FROM registry.metrics WHERE run_id = $run_id
