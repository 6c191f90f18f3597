-- One row per table of the attached store `source`: its name with the schema, and its columns.
FROM duckdb_columns()
SELECT schema_name || '.' || table_name AS name, list(column_name ORDER BY column_index) AS columns
WHERE database_name = 'source' AND NOT internal
GROUP BY ALL
