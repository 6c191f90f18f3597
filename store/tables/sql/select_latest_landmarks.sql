-- at most one row: the landmarks of one photograph that count today (the index answers the first step alone)
WITH mine AS MATERIALIZED (FROM features.landmarks WHERE image_id = $image_id),
missed AS MATERIALIZED (FROM features.misses SELECT version, created_at, released_at WHERE image_id = $image_id),
newest AS (FROM mine WHERE version = $version ORDER BY created_at DESC LIMIT 1)
FROM newest AS n
WHERE NOT EXISTS (
    FROM missed AS m WHERE m.version = $version AND m.created_at > n.created_at AND m.released_at IS NULL
)
