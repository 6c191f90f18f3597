-- One row per version of the ratings of a photograph by people, with the time from which it was known.
FROM catalogue.ratings SELECT * EXCLUDE (image_id) WHERE image_id = $image_id ORDER BY known_at
