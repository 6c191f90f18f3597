-- One row per run whose weights made a prediction on the dashboards: its split, feature versions, code and artifact.
WITH contributing AS (
    FROM leaderboard SELECT run_id
    UNION
    FROM registry.runs AS f JOIN leaderboard AS l ON l.run_id = f.pooled_run_id SELECT f.run_id
)
FROM registry.runs AS r
SEMI JOIN contributing USING (run_id)
JOIN splits.sets AS s USING (split_id)
SELECT
    r.run_id, r.model, r.recipe, r.seed, r.started_at, r.service, r.service_version, r.feature_versions, r.code_version,
    r.library_versions, r.artifact_path, r.artifact_sha256, s.strategy, s.fold, s.split_id, s.fingerprint, s.as_of
ORDER BY r.run_id
