-- One row where the table has any.
FROM {batch} SELECT 1 LIMIT 1
