-- One row per photograph whose file is or was at one of these paths.
FROM catalogue.images SELECT image_id WHERE path IN (SELECT unnest($paths)) ORDER BY image_id
