-- One row per missing photograph whose bytes are in the folder again.
UPDATE catalogue.images SET missing_since = NULL
WHERE image_id IN (SELECT unnest($image_ids)) AND missing_since IS NOT NULL
RETURNING image_id
