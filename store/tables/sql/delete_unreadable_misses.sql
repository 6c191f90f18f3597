-- misses of photographs that could not be read before: they are read now
DELETE FROM features.misses
WHERE starts_with(reason, $reason) AND image_id IN (SELECT unnest($image_ids))
RETURNING image_id
