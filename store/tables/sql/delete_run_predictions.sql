-- the predictions of one run that is trained again
DELETE FROM registry.predictions WHERE run_id = $run_id
