-- One row per split that holds one of these photographs.
FROM splits.assignments
SELECT DISTINCT split_id
WHERE image_id IN (SELECT unnest($image_ids::VARCHAR[]))
ORDER BY split_id
