-- One row a row whose xyz holds NaN, infinity or NULL, or has not 3 coordinates for each landmark.
SELECT image_id, version
FROM {batch}
WHERE len(xyz) <> getvariable('vector_length')
   OR len(list_filter(xyz, lambda x: x IS NULL OR NOT isfinite(x))) > 0
