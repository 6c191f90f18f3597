-- One row per thumbnail whose checksum (seal) does not match its photograph and values, e.g. from another row.
SELECT image_id, version
FROM rows_to_check('{batch}') AS sealed
WHERE seal IS DISTINCT FROM thumbnail_checksum(image_id, rgb)
