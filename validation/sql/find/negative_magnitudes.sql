-- One row per delta with a negative magnitude.
SELECT image_id, version
FROM rows_to_check('{batch}')
WHERE list_min(magnitude) < 0
