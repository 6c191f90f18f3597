-- these runs: their weights are gone, and why
UPDATE registry.runs SET artifact_path = NULL, artifact_sha256 = NULL, status_detail = $detail
WHERE run_id IN (SELECT unnest($run_ids::VARCHAR[])) AND artifact_path IS NOT NULL
RETURNING run_id
