-- one row a strategy: its current split
FROM splits.current SELECT strategy, split_id, feature_versions ORDER BY strategy DESC
