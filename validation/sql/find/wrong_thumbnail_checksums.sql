-- One row per thumbnail whose checksum (seal) does not match its photograph and values, e.g. from another row.
SELECT image_id, version
FROM valid_rows('{batch}') AS sealed
WHERE seal IS DISTINCT FROM thumbnail_checksum(image_id, rgb)
