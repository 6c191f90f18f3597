-- one row a table of the older store
FROM duckdb_tables() SELECT schema_name || '.' || table_name AS name WHERE database_name = 'old'
