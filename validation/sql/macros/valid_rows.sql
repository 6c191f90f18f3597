-- One row per valid row of a feature table: the latest of its photograph and version that no later row of features.misses hides.
CREATE OR REPLACE TEMP MACRO valid_rows(batch) AS TABLE
WITH latest AS (
    FROM query_table(batch) SELECT image_id, version, max(created_at) AS created_at GROUP BY ALL
)
FROM query_table(batch) AS stored
SEMI JOIN latest USING (image_id, version, created_at)
SELECT stored.*
WHERE NOT EXISTS (
    FROM features.misses AS misses
    WHERE misses.image_id = stored.image_id AND misses.version = stored.version
      AND misses.created_at > stored.created_at AND misses.released_at IS NULL
)
