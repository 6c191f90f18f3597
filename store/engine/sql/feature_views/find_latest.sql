-- One row per photograph with {view} of a version at a given time: the row number of the latest row.
WITH latest AS (
    FROM features.{view}
    SELECT image_id, max(created_at) AS created_at, arg_max(rowid, created_at) AS row_number
    WHERE version = $version AND created_at <= $moment AND {stored}
    GROUP BY image_id
)
FROM latest AS f
SELECT f.image_id, f.row_number
WHERE NOT EXISTS (
    FROM features.misses AS m
    WHERE m.image_id = f.image_id AND m.version = $version
      AND m.created_at > f.created_at AND m.created_at <= $moment AND coalesce(m.released_at > $moment, true)
)
