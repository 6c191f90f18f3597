-- One row per latest vector that no later row of features.misses hides: its table, number there and version, where it is one
-- of `expression_members` its cell and weight, and a hash of all on which sums over vectors depend, besides the values.
WITH stored AS (
    FROM features.landmarks SELECT 'landmarks' AS "view", rowid AS number, image_id, version, created_at
    UNION ALL
    FROM features.deltas SELECT 'deltas', rowid, image_id, version, created_at
    QUALIFY created_at = max(created_at) OVER (PARTITION BY image_id, version)
)
FROM stored AS s
LEFT JOIN expression_members AS e USING (image_id, version, created_at)
SELECT
    s."view", s.number, s.version, e.cell::INTEGER AS cell, e.weight,
    hash(s.image_id, s.version, s.created_at, e.corpus, e.emotion, e.camera_angle_deg, e.weight) AS content
WHERE NOT EXISTS (
    FROM features.misses AS m
    WHERE m.image_id = s.image_id AND m.version = s.version AND m.created_at > s.created_at AND m.released_at IS NULL
)
ORDER BY s."view", s.number
