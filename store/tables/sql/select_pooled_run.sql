-- one row: the run that pools this one, where it is known as a part of one
SELECT pooled_run_id FROM registry.runs WHERE run_id = $run_id AND pooled_run_id IS NOT NULL
