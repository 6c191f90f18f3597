-- one row where the store has its table of settings
SELECT table_name FROM duckdb_tables() WHERE schema_name = 'quality' AND table_name = 'settings'
