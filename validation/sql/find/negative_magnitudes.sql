-- One row per delta with a negative magnitude.
SELECT image_id, version
FROM valid_rows('{batch}')
WHERE list_min(magnitude) < 0
