-- One row, if the store has a table of settings: its comment, which in a work store names the definitions of the store.
SELECT coalesce(comment, '') FROM duckdb_tables()
WHERE database_name = current_catalog() AND schema_name = 'quality' AND table_name = 'settings'
