-- one row a photograph whose id begins with a prefix, a few at most
FROM catalogue.images SELECT image_id WHERE starts_with(image_id, $prefix) ORDER BY image_id LIMIT 4
