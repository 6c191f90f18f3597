-- One row per photograph and feature with a current value.
CREATE OR REPLACE VIEW features.present AS
WITH stored AS (
    FROM features.landmarks SELECT image_id, version, created_at
    UNION ALL FROM features.deltas SELECT image_id, version, created_at
    UNION ALL FROM features.pixels SELECT image_id, version, created_at WHERE rgb IS NOT NULL
    UNION ALL FROM features.scalar_values SELECT image_id, version, created_at
),
latest AS (
    FROM stored JOIN features.current AS c USING (version)
    SELECT image_id, c.feature, version, max(stored.created_at) AS created_at
    GROUP BY ALL
)
FROM latest AS l
WHERE NOT EXISTS (
    FROM features.misses AS m
    WHERE m.image_id = l.image_id AND m.version = l.version AND m.created_at > l.created_at AND m.released_at IS NULL
)
