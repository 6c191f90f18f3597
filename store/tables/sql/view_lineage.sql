-- one row a prediction: the run and artifact that made it, its split and feature versions, the source photograph, the
-- photograph that its delta was taken against, and the code
CREATE OR REPLACE VIEW lineage AS
WITH referred AS (
    FROM registry.runs AS r
    JOIN features.services AS v ON v.service = r.service AND v.service_version = r.service_version AND v."view" = 'deltas'
    SELECT DISTINCT r.run_id, r.split_id, v.version
),
deltas AS (
    FROM referred AS r
    JOIN splits.sets AS s USING (split_id)
    JOIN features.deltas AS d ON d.version = r.version AND d.created_at <= s.as_of
    SELECT r.run_id, d.image_id, arg_max(d.reference_image_id, d.created_at) AS reference_image_id
    GROUP BY ALL
)
FROM registry.predictions AS p
JOIN registry.runs AS r USING (run_id)
JOIN splits.sets AS s USING (split_id)
JOIN catalogue.images AS i USING (image_id)
LEFT JOIN deltas AS d USING (run_id, image_id)
SELECT
    p.image_id AS photograph_sha256, i.path, d.reference_image_id AS reference_sha256, p.run_id, p.part, r.model,
    r.recipe, s.strategy AS split, r.split_id, s.fingerprint AS split_fingerprint, s.as_of AS known_at, r.service,
    r.service_version, r.feature_versions, r.code_version, r.library_versions, r.artifact_path, r.artifact_sha256,
    p.truth, p.predicted
