-- One row per run that need not be trained, with the path and sha256 of its weights; runs whose weights were pruned are
-- trained again.
SELECT run_id, artifact_path, artifact_sha256
FROM registry.runs
WHERE NOT coalesce(starts_with(status_detail, 'weights pruned'), false)
