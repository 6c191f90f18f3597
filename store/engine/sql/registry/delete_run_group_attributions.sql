-- No rows: deletes the attributions of landmark groups of a run.
DELETE FROM registry.group_attributions WHERE run_id = $run_id
