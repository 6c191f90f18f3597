-- one row a run whose weights made a prediction that is shown: its split, its feature versions, its code and its artifact
WITH shown AS (
    FROM leaderboard SELECT run_id
    UNION
    FROM registry.runs AS f JOIN leaderboard AS b ON b.run_id = f.pooled_run_id SELECT f.run_id
)
FROM registry.runs AS r
SEMI JOIN shown USING (run_id)
JOIN splits.sets AS s USING (split_id)
SELECT
    r.run_id, r.model, r.recipe, r.seed, r.started_at, r.service, r.service_version, r.feature_versions, r.code_version,
    r.library_versions, r.artifact_path, r.artifact_sha256, s.strategy, s.fold, s.split_id, s.fingerprint, s.as_of
ORDER BY r.run_id
