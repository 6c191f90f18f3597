-- one row: the run of this id
FROM registry.runs WHERE run_id = $run_id
