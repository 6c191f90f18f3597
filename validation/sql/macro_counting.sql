-- One row a feature row that counts today: the latest of its photograph and version, and no miss of later hides it.
CREATE OR REPLACE TEMP MACRO counting(batch) AS TABLE
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
