-- One row: the number of rows of a table, and the sum of the hashes of each image id with its thumbnail.
FROM {table}
SELECT count(*), coalesce(sum(hash(image_id, rgb)), 0)
