-- misses of photographs whose delta could be computed after all, because their reference came later
DELETE FROM features.misses AS m
WHERE m.view = 'deltas' AND m.version = $version
  AND EXISTS (FROM features.deltas AS d WHERE d.image_id = m.image_id AND d.version = m.version)
RETURNING m.image_id
