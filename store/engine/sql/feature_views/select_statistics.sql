-- One row per version of {view}, column and camera angle: statistics over the valid values.
WITH latest AS (
    FROM features.{view} SELECT image_id, version, max(created_at) AS created_at GROUP BY ALL
),
valid AS (
    FROM features.{view} AS f
    SEMI JOIN latest USING (image_id, version, created_at)
    WHERE NOT EXISTS (
        FROM features.misses AS m
        WHERE m.image_id = f.image_id AND m.version = f.version AND m.created_at > f.created_at AND m.released_at IS NULL
    )
),
numbers AS (
    UNPIVOT (FROM valid SELECT image_id, version, COLUMNS([{names}]))
    ON COLUMNS([{names}]) INTO NAME column_name VALUE number
)
FROM numbers AS n
JOIN catalogue.images AS i USING (image_id)
SELECT
    '{view}' AS "view", n.version, n.column_name, i.camera_angle_deg, count(*) AS n_images,
    avg(n.number) AS mean, stddev_pop(n.number) AS sd, min(n.number) AS least, max(n.number) AS greatest
GROUP BY ALL
ORDER BY ALL
