-- One row per version of a feature view of the user's own, column and camera angle: statistics over the valid values.
WITH latest AS (
    FROM features.own_values SELECT image_id, version, max(created_at) AS created_at GROUP BY ALL
),
valid AS (
    FROM features.own_values AS f
    SEMI JOIN latest USING (image_id, version, created_at)
    WHERE NOT EXISTS (
        FROM features.misses AS m
        WHERE m.image_id = f.image_id AND m.version = f.version AND m.created_at > f.created_at AND m.released_at IS NULL
    )
),
columns AS (
    FROM features.views
    SELECT
        feature, version, unnest(parameters->>'$.columns[*].name') AS column_name,
        generate_subscripts(parameters->>'$.columns[*].name', 1) AS position
    WHERE "view" = 'own_values'
)
FROM valid AS f
JOIN columns AS c USING (version)
JOIN catalogue.images AS i USING (image_id)
SELECT
    c.feature AS "view", f.version, c.column_name, i.camera_angle_deg, count(*) AS n_images,
    avg(f.numbers[c.position]) AS mean, stddev_pop(f.numbers[c.position]) AS sd, min(f.numbers[c.position]) AS least,
    max(f.numbers[c.position]) AS greatest
WHERE f.numbers[c.position] IS NOT NULL
GROUP BY ALL
ORDER BY ALL
