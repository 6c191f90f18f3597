-- One row per row of a table: its number in the file, and whether an earlier audit passed it.
SELECT '{batch}' AS table_name, rowid AS row_number,
       image_id NOT IN (SELECT image_id FROM {affected} WHERE image_id IS NOT NULL) AS is_covered
FROM {batch}
