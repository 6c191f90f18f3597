-- one row a run, the oldest first: its service and the view versions that it used
FROM registry.runs SELECT service, started_at, feature_versions ORDER BY started_at
