-- One row a strategy: its current split, unless it lost a person since, and what it was made with.
SELECT split_id, fingerprint, feature_versions, as_of
FROM splits.current
WHERE $shortened || split_id NOT IN (SELECT key FROM quality.settings)
ORDER BY split_id
