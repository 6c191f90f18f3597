-- One row per requested id that no photograph has.
FROM (SELECT DISTINCT unnest($image_ids::VARCHAR[]) AS image_id)
ANTI JOIN catalogue.images USING (image_id)
