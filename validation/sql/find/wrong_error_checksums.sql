-- One row per row of this table whose checksum (seal) does not match its photograph and errors, e.g. from another row.
SELECT image_id, version
FROM rows_to_check('{batch}') AS sealed
WHERE errors IS NOT NULL AND seal IS DISTINCT FROM errors_checksum(image_id, errors)
