-- One row: 1 if an attached store, or the opened one if `database` is empty, has a table, otherwise 0.
FROM duckdb_tables()
SELECT count(*)
WHERE database_name = CASE WHEN $database = '' THEN current_database() ELSE $database END
  AND schema_name || '.' || table_name = $name
