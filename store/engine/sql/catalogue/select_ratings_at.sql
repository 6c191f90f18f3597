-- One row per photograph that had ratings by people at a time; all are NULL if they were withdrawn.
FROM catalogue.ratings_at($moment) SELECT * EXCLUDE (known_at) ORDER BY image_id
