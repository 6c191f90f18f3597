-- One row per photograph that a person removes from use.
UPDATE catalogue.images SET removed_at = $moment
WHERE image_id IN (SELECT unnest($image_ids)) AND removed_at IS NULL
RETURNING image_id
