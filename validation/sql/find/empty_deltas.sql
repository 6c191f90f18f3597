-- One row per delta in which every vector is 0, as of a photograph that is its own reference.
SELECT image_id, version
FROM rows_to_check('{batch}')
WHERE list_min(xyz) = 0 AND list_max(xyz) = 0
