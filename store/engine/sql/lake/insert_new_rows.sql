-- One row: the number of inserted rows in their order.
INSERT INTO {target} BY NAME
FROM (FROM {source} SELECT rowid AS number, {columns})
JOIN new_rows USING (number)
SELECT $home_id AS home_id, row_hash, {columns}
ORDER BY {order}
