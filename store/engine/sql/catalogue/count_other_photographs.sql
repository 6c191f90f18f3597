-- One number: the photographs whose id is not in $image_ids.
FROM catalogue.images SELECT count(*) WHERE image_id NOT IN (SELECT unnest($image_ids::VARCHAR[]))
