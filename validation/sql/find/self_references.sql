-- One row per delta whose reference is the photograph itself.
SELECT image_id, version
FROM valid_rows('{batch}')
WHERE reference_image_id = image_id
