-- One row per prediction: the run and artifact that made it, its split and feature versions, the source photograph,
-- the reference photograph of its delta, and the code version. A pooled prediction is attributed to the run of the
-- fold that tested it.
CREATE OR REPLACE VIEW lineage AS
WITH made AS (
    FROM registry.predictions AS p
    JOIN registry.runs AS r USING (run_id)
    SELECT p.run_id, p.image_id, p.part, p.truth, p.predicted, r.run_id AS maker_id
    WHERE NOT EXISTS (FROM registry.runs AS f WHERE f.pooled_run_id = r.run_id)
    UNION ALL
    FROM registry.predictions AS p
    JOIN registry.runs AS f ON f.pooled_run_id = p.run_id
    JOIN registry.predictions AS o ON o.run_id = f.run_id AND o.image_id = p.image_id AND o.part = 'test'
    SELECT p.run_id, p.image_id, p.part, p.truth, p.predicted, f.run_id AS maker_id
),
referred AS (
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
FROM made AS p
JOIN registry.runs AS r ON r.run_id = p.maker_id
JOIN splits.sets AS s USING (split_id)
JOIN catalogue.images AS i USING (image_id)
LEFT JOIN deltas AS d ON d.run_id = p.maker_id AND d.image_id = p.image_id
SELECT
    p.image_id AS photograph_sha256, i.path, d.reference_image_id AS reference_sha256, p.run_id, p.maker_id AS made_by,
    p.part, r.model, r.recipe, s.strategy AS split, r.split_id, s.fingerprint AS split_fingerprint, s.as_of AS known_at,
    r.service, r.service_version, r.feature_versions, r.code_version, r.library_versions, r.artifact_path,
    r.artifact_sha256, p.truth, p.predicted
