-- One row per name that can be exported: tables, views, features and services.
FROM duckdb_columns()
SELECT DISTINCT if(schema_name = 'main', table_name, schema_name || '.' || table_name) AS name
WHERE NOT internal
UNION FROM features.services SELECT service
