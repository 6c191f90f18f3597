-- One row per photograph whose bytes are found to be missing from the folder.
UPDATE catalogue.images SET missing_since = $moment
WHERE image_id IN (SELECT unnest($image_ids)) AND missing_since IS NULL
RETURNING image_id
