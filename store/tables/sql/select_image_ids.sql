-- one row a photograph
FROM catalogue.images SELECT image_id ORDER BY image_id
