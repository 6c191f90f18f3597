-- One row: a run with the split that it was trained on.
FROM registry.runs AS r JOIN splits.sets AS s USING (split_id)
SELECT
    r.model, r.recipe, s.strategy AS split, r.status, r.status_detail, r.split_id, s.fingerprint AS split_fingerprint,
    s.as_of AS known_at, r.service, r.service_version, r.feature_versions, r.seed, r.parameters, r.code_version,
    r.library_versions, r.started_at, r.requested_at, r.duration_s, r.artifact_path, r.artifact_sha256
WHERE r.run_id = $run_id
