-- One row a delta whose reference is the photograph itself.
SELECT image_id, version
FROM counting('{batch}')
WHERE reference_image_id = image_id
