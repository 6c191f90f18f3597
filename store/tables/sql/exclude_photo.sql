-- one photograph: an audit takes it out of use
UPDATE catalogue.images SET excluded_reason = $reason
WHERE image_id = $image_id AND excluded_reason IS NULL
RETURNING image_id
