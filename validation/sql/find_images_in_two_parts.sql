-- One row a split and photograph that is assigned to more than one part.
SELECT split_id, image_id
FROM {batch}
GROUP BY split_id, image_id
HAVING count(*) > 1
