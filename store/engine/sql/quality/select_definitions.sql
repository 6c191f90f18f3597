-- One row: the names of the tables, and the comment of that of the settings, which names the definitions of a work store.
FROM duckdb_tables()
SELECT
    list(schema_name || '.' || table_name) AS names,
    max(comment) FILTER (schema_name = 'quality' AND table_name = 'settings') AS definitions
WHERE database_name = current_catalog()
