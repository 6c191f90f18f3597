-- one run that is trained again: its row goes, with what it gave
DELETE FROM registry.runs WHERE run_id = $run_id
