-- One row per face with a coordinate outside the range of image-normalised landmarks.
SELECT image_id, version
FROM rows_to_check('{batch}')
WHERE list_min(xyz) < getvariable('landmarks_low') OR list_max(xyz) > getvariable('landmarks_high')
