-- One row a function that the data base knows.
SELECT DISTINCT function_name FROM duckdb_functions()
