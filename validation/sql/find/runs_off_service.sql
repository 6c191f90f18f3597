-- One row per run in use whose inputs are not the view versions of its service, which it predicts with, or of its split.
WITH used AS (
    SELECT runs.* FROM {batch} AS runs SEMI JOIN runs_in_use() AS used USING (run_id)
), inputs AS (
    SELECT run_id, split_id, feature, (feature_versions->>feature) AS version
    FROM (SELECT *, unnest(json_keys(feature_versions)) AS feature FROM used) AS runs
), served AS (
    SELECT DISTINCT runs.run_id, services.feature, services.version
    FROM used AS runs
    JOIN features.services AS services USING (service, service_version)
), differing AS (
    (SELECT run_id, feature, version FROM inputs EXCEPT FROM served)
    UNION ALL
    (FROM served EXCEPT SELECT run_id, feature, version FROM inputs)
    UNION ALL
    SELECT inputs.run_id, inputs.feature, inputs.version
    FROM inputs
    LEFT JOIN splits.sets AS sets USING (split_id)
    WHERE (sets.feature_versions->>inputs.feature) IS DISTINCT FROM inputs.version
      AND inputs.version NOT IN (  -- these are frozen in the run
          SELECT version FROM features.views WHERE "view" NOT IN ('landmarks', 'deltas', 'pixels')
      )
      AND NOT (inputs.feature = 'landmarks'
               AND coalesce((sets.feature_versions->>'single_landmarks') = inputs.version, false))
)
SELECT DISTINCT run_id FROM differing
