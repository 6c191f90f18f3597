-- One row per row of this table whose checksum is not that of its values.
SELECT stored.image_id, stored.version
FROM rows_to_check('{batch}') AS stored
WHERE stored.seal IS DISTINCT FROM number_checksum(stored.image_id, stored.numbers)
