-- One row per column of a view, with what a row of the view and the column mean.
FROM duckdb_views() AS v JOIN duckdb_columns() AS c ON c.table_oid = v.view_oid AND c.database_oid = v.database_oid
SELECT
    if(v.schema_name = 'main', v.view_name, v.schema_name || '.' || v.view_name) AS "view", v.comment AS grain,
    c.column_name, c.data_type AS sql_type, c.comment AS meaning
WHERE NOT v.internal
ORDER BY v.schema_name <> 'main', "view", c.column_index
