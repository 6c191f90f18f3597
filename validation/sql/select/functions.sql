-- One row per function that the database knows.
SELECT DISTINCT function_name FROM duckdb_functions()
