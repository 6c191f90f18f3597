-- One row per run.
SELECT run_id FROM registry.runs
