-- one number: photographs that are not among these
FROM catalogue.images SELECT count(*) WHERE image_id NOT IN (SELECT unnest($image_ids::VARCHAR[]))
