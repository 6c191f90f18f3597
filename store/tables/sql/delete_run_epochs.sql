-- the epochs of one run that is trained again
DELETE FROM registry.epochs WHERE run_id = $run_id
