-- One row a delta in which every vector is 0, as it is of a photograph that is its own reference.
SELECT image_id, version
FROM counting('{batch}')
WHERE list_min(xyz) = 0 AND list_max(xyz) = 0
