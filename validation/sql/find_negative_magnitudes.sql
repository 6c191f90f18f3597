-- One row a delta with a vector of negative length.
SELECT image_id, version
FROM counting('{batch}')
WHERE list_min(magnitude) < 0
