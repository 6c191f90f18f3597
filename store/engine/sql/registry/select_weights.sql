-- One row per run with weights.
FROM registry.runs SELECT run_id WHERE artifact_path IS NOT NULL
