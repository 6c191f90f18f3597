-- One row per removed photograph that a person brings back into use.
UPDATE catalogue.images SET removed_at = NULL
WHERE image_id IN (SELECT unnest($image_ids)) AND removed_at IS NOT NULL
RETURNING image_id
