-- One row per photograph whose id begins with a prefix, at most four.
FROM catalogue.images SELECT image_id WHERE starts_with(image_id, $prefix) ORDER BY image_id LIMIT 4
