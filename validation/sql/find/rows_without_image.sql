-- One row per row of this table about an unknown photograph.
SELECT stored.image_id, stored.known_at
FROM {batch} AS stored
ANTI JOIN catalogue.images AS images ON images.image_id = stored.image_id
