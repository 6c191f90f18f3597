-- One row per split in use and photograph that is assigned to more than one part.
SELECT split_id, image_id
FROM {batch} AS assignments
SEMI JOIN splits_in_use() AS used USING (split_id)
GROUP BY split_id, image_id
HAVING count(*) > 1
