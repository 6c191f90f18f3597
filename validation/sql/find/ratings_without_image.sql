-- One row per rating of an unknown photograph.
SELECT ratings.image_id, ratings.known_at
FROM {batch} AS ratings
ANTI JOIN catalogue.images AS images ON images.image_id = ratings.image_id
