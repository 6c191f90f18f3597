-- At most one row: a table of the attached store `source`.
FROM duckdb_tables() SELECT table_name WHERE database_name = 'source' AND schema_name = $schema AND table_name = $name
