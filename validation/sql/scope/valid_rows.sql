-- One row per valid row of a feature table: its number in the file, and whether an earlier audit passed it.
WITH latest AS (
    FROM {batch} SELECT image_id, version, max(created_at) AS created_at GROUP BY ALL
)
SELECT '{batch}' AS table_name, stored.rowid AS row_number,
       stored.image_id NOT IN (SELECT image_id FROM photographs_to_check WHERE image_id IS NOT NULL) AS is_covered
FROM {batch} AS stored
SEMI JOIN latest USING (image_id, version, created_at)
WHERE NOT EXISTS (
    FROM features.misses AS misses
    WHERE misses.image_id = stored.image_id AND misses.version = stored.version
      AND misses.created_at > stored.created_at AND misses.released_at IS NULL
)
