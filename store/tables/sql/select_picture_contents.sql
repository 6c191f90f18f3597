-- one row: how many rows a table has, and the sum of the hashes of each photograph with its picture
FROM {table}
SELECT count(*), coalesce(sum(hash(image_id, rgb)), 0)
