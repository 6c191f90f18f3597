-- One row if the attached store $alias has a publication history; older stores have none.
SELECT table_name FROM duckdb_tables()
WHERE database_name = $alias AND schema_name = 'quality' AND table_name = 'publications'
