-- One row per photograph of a current split that has all features of a completed run in use but no prediction.
WITH runs AS (
    SELECT runs.run_id, sets.split_id, sets.as_of, unnest(json_keys(runs.feature_versions)) AS feature, runs.feature_versions
    FROM runs_in_use() AS runs
    JOIN splits.current AS sets USING (split_id)
    WHERE runs.status = 'completed'
), wanted AS (
    SELECT run_id, split_id, as_of, (feature_versions->>feature) AS version FROM runs
), stored AS (
    SELECT image_id, version, created_at FROM features.landmarks
    UNION ALL SELECT image_id, version, created_at FROM features.deltas
    UNION ALL SELECT image_id, version, created_at FROM features.pixels
), latest AS (
    SELECT requested.split_id, requested.as_of, requested.version, members.image_id, max(stored.created_at) AS created_at
    FROM (SELECT DISTINCT split_id, as_of, version FROM wanted) AS requested
    JOIN splits.assignments AS members USING (split_id)
    JOIN stored
      ON stored.image_id = members.image_id AND stored.version = requested.version AND stored.created_at <= requested.as_of
    GROUP BY ALL
), counted AS (
    FROM latest
    WHERE NOT EXISTS (
        FROM features.misses AS misses
        WHERE misses.image_id = latest.image_id AND misses.version = latest.version
          AND misses.created_at > latest.created_at AND misses.created_at <= latest.as_of
          AND coalesce(misses.released_at > latest.as_of, true)
    )
), complete AS (
    SELECT wanted.run_id, counted.image_id
    FROM wanted
    JOIN counted USING (split_id, version)
    GROUP BY wanted.run_id, counted.image_id
    HAVING count(*) = (SELECT count(*) FROM wanted AS of_run WHERE of_run.run_id = wanted.run_id)
)
SELECT complete.run_id, complete.image_id
FROM complete
ANTI JOIN {batch} AS predictions USING (run_id, image_id)
