-- One row a run whose inputs are not the view versions of its service, by which it is predicted with, or of its split.
WITH inputs AS (
    SELECT run_id, split_id, feature, (feature_versions->>feature) AS version
    FROM (SELECT *, unnest(json_keys(feature_versions)) AS feature FROM {batch}) AS runs
), served AS (
    SELECT DISTINCT runs.run_id, services.feature, services.version
    FROM {batch} AS runs
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
)
SELECT DISTINCT run_id FROM differing
