-- one row where the attached store $alias tells which publications led to it; older ones do not
SELECT table_name FROM duckdb_tables()
WHERE database_name = $alias AND schema_name = 'quality' AND table_name = 'publications'
