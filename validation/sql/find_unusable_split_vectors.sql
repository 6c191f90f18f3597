-- One row a training row with NaN, infinity or NULL inside a vector; a vector that is NULL as a whole is a miss.
SELECT image_id
FROM {batch}
WHERE len(list_filter(landmarks, lambda x: x IS NULL OR NOT isfinite(x))) > 0
   OR len(list_filter(frontal_unit, lambda x: x IS NULL OR NOT isfinite(x))) > 0
   OR len(list_filter(aligned, lambda x: x IS NULL OR NOT isfinite(x))) > 0
   OR octet_length(rgb) <> getvariable('pixel_bytes')
