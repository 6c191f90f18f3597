-- One row per latest vector that no later row of features.misses hides, in stored order: its version, its values, and
-- where it is one of `expression_members`, its cell and weight there.
WITH stored AS (
    FROM features.landmarks SELECT image_id, version, created_at
    UNION ALL
    FROM features.deltas SELECT image_id, version, max(created_at) GROUP BY ALL
),
current_rows AS (
    FROM stored AS s
    WHERE NOT EXISTS (
        FROM features.misses AS m
        WHERE m.image_id = s.image_id AND m.version = s.version AND m.created_at > s.created_at AND m.released_at IS NULL
    )
)
FROM features.landmarks SEMI JOIN current_rows USING (image_id, version, created_at)
SELECT version, NULL::INTEGER AS cell, NULL::DOUBLE AS weight, xyz
UNION ALL
FROM features.deltas
SEMI JOIN current_rows USING (image_id, version, created_at)
LEFT JOIN expression_members AS e USING (image_id, version, created_at)
SELECT version, e.cell::INTEGER, e.weight, xyz
