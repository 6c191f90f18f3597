-- One row per label of an unknown photograph.
SELECT labels.image_id, labels.known_at
FROM {batch} AS labels
ANTI JOIN catalogue.images AS images ON images.image_id = labels.image_id
