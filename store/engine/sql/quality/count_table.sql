-- One row: 1 if an attached store, or the opened one if `database` is empty, has a table, otherwise 0. Tables of a lake
-- are views.
FROM (
    FROM duckdb_tables() SELECT database_name, schema_name, table_name
    UNION ALL FROM duckdb_views() SELECT database_name, schema_name, view_name
)
SELECT count(*)
WHERE database_name = CASE WHEN $database = '' THEN current_database() ELSE $database END
  AND schema_name || '.' || table_name = $name
