-- one row a prediction: the run and artifact that made it, its split and feature versions, and the source photograph
CREATE OR REPLACE VIEW lineage AS
FROM registry.predictions AS p
JOIN registry.runs AS r USING (run_id)
JOIN splits.sets AS s USING (split_id)
JOIN catalogue.images AS i USING (image_id)
SELECT
    p.image_id AS photograph_sha256, i.path, p.run_id, p.part, r.model, r.recipe, s.strategy AS split, r.split_id,
    s.fingerprint AS split_fingerprint, r.feature_versions, r.code_version, r.library_versions, r.artifact_path,
    r.artifact_sha256, p.truth, p.predicted
