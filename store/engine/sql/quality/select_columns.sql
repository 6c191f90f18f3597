-- One row per column of a table of an attached database, in their order.
FROM duckdb_columns()
SELECT column_name
WHERE database_name = $database AND schema_name = $schema AND table_name = $name
ORDER BY column_index
