-- One row: the number of rows of a table, and the sum of their hashes.
FROM {table} SELECT count(*), coalesce(sum(hash({columns})), 0)
