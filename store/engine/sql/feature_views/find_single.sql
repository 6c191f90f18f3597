-- One row per photograph with {view} of a version at a given time: the row number.
FROM features.{view} AS f
SELECT f.image_id, f.rowid AS row_number
WHERE f.version = $version AND f.created_at <= $moment AND {stored} AND NOT EXISTS (
    FROM features.misses AS m
    WHERE m.image_id = f.image_id AND m.version = $version
      AND m.created_at > f.created_at AND m.created_at <= $moment AND coalesce(m.released_at > $moment, true)
)
