-- One row a face with a coordinate beyond what image-normalised landmarks can be.
SELECT image_id, version
FROM counting('{batch}')
WHERE list_min(xyz) < getvariable('landmarks_low') OR list_max(xyz) > getvariable('landmarks_high')
