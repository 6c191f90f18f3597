-- One row deleted per photograph of the table of a part that is not among the kept rows of the part.
DELETE FROM {table} WHERE image_id NOT IN (SELECT image_id FROM kept_rows WHERE part = $part)
