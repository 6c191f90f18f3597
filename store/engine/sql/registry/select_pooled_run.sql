-- At most one row: the run that pools this one.
SELECT pooled_run_id FROM registry.runs WHERE run_id = $run_id AND pooled_run_id IS NOT NULL
