-- One row: 1 or more if a CHECK of splits.sets lists the strategies without this one, otherwise 0.
FROM duckdb_constraints()
SELECT count(*)
WHERE database_name = current_database() AND schema_name = 'splits' AND table_name = 'sets' AND constraint_type = 'CHECK'
  AND contains(constraint_text, 'by_person') AND NOT contains(constraint_text, $strategy)
