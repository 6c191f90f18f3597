-- One row per run: its status.
FROM registry.runs SELECT run_id, status
