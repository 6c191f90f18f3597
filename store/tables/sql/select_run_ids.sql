-- one row a run
SELECT run_id FROM registry.runs
