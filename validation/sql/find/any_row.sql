-- One row if the table has any.
FROM {batch} SELECT 1 LIMIT 1
