-- One row if the store has a table of settings.
SELECT table_name FROM duckdb_tables()
WHERE database_name = current_catalog() AND schema_name = 'quality' AND table_name = 'settings'
