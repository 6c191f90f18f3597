-- At most one row: the statement of the view that names the definitions with which the store was prepared.
SELECT sql FROM duckdb_views()
WHERE database_name = current_catalog() AND schema_name = 'quality' AND view_name = 'definitions'
