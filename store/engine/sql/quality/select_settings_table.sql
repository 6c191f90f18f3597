-- One row if the store has a table of settings, which is a view in a lake.
FROM (
    FROM duckdb_tables() SELECT database_name, schema_name, table_name
    UNION ALL FROM duckdb_views() SELECT database_name, schema_name, view_name
)
SELECT table_name
WHERE database_name = current_catalog() AND schema_name = 'quality' AND table_name = 'settings'
