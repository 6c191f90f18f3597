-- No rows: deletes the stored predictions of new photographs by a run that will be trained again.
DELETE FROM registry.new_predictions WHERE run_id = $run_id
