-- At most one row: the view of this name, with its schema unless that is main.
FROM duckdb_views()
SELECT view_name
WHERE NOT internal AND $view IN (view_name, schema_name || '.' || view_name)
  AND (schema_name = 'main' OR $view <> view_name)
LIMIT 1
