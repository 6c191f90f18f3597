-- One row a delta whose magnitude holds NaN, infinity or NULL, or has not one number for each landmark.
SELECT image_id, version
FROM {batch}
WHERE len(magnitude) <> getvariable('landmark_count')
   OR len(list_filter(magnitude, lambda x: x IS NULL OR NOT isfinite(x))) > 0
