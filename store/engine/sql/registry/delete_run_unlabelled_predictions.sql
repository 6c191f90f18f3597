-- No rows: deletes the predictions of a run for unlabelled photographs.
DELETE FROM registry.unlabelled_predictions WHERE run_id = $run_id
