-- One row per strategy: its current split and inputs, unless it has lost a person since.
SELECT split_id, fingerprint, feature_versions, as_of
FROM splits.current
WHERE $shortened || split_id NOT IN (SELECT key FROM quality.settings)
ORDER BY split_id
