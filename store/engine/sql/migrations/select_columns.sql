-- One row per column of the older store: the qualified name of its table, and its own name.
FROM duckdb_columns()
SELECT schema_name || '.' || table_name AS table_name, column_name
WHERE database_name = 'old' AND NOT internal
ORDER BY table_name, column_index
