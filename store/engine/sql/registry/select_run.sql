-- At most one row: the run with this id.
FROM registry.runs WHERE run_id = $run_id
