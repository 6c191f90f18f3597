-- One row: a photograph with its latest labels.
FROM catalogue.images WHERE image_id = $image_id
