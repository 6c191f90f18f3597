-- One row per column of a table, in order: its type and whether it may be NULL.
SELECT column_name, data_type, is_nullable FROM duckdb_columns()
WHERE schema_name = :schema AND table_name = :table ORDER BY column_index
