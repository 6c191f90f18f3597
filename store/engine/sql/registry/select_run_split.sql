-- At most one row: the as-of time and view versions of the split that a run was trained on.
FROM registry.runs AS r JOIN splits.sets AS s USING (split_id)
SELECT r.run_id, s.as_of, json_extract_string(s.feature_versions, '$.*') AS versions
WHERE r.run_id = $run_id
