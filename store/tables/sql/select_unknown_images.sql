-- one row an asked-for id that no photograph has
FROM (SELECT DISTINCT unnest($image_ids) AS image_id)
ANTI JOIN catalogue.images USING (image_id)
