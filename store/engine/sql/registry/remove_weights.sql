-- One row per run whose weights were deleted, with the reason as its status detail.
UPDATE registry.runs SET artifact_path = NULL, artifact_sha256 = NULL, status_detail = $detail
WHERE run_id IN (SELECT unnest($run_ids::VARCHAR[])) AND artifact_path IS NOT NULL
RETURNING run_id
