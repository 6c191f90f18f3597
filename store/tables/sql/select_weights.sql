-- one row a run that points to weights: the name of their folder
FROM registry.runs SELECT run_id WHERE artifact_path IS NOT NULL
