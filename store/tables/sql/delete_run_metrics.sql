-- the metrics of one run that is trained again
DELETE FROM registry.metrics WHERE run_id = $run_id
