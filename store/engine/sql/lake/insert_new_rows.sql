-- One row: the number of inserted rows, in the order of the source.
INSERT INTO {target} BY NAME
FROM {source} AS s JOIN new_rows AS n ON n.number = s.rowid
SELECT $home_id AS home_id, n.row_hash, {columns}
ORDER BY n.number
