-- One row a delta with a vector of negative length.
SELECT image_id, version
FROM {batch}
WHERE len(list_filter(magnitude, lambda x: x < 0)) > 0
