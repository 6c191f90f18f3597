-- One row: the number of changed rows about columns whose least or greatest value, which the catalogue keeps, is of a person.
UPDATE __ducklake_metadata_lake.ducklake_table_column_stats
SET min_value = NULL, max_value = NULL
WHERE min_value IN (SELECT unnest($words::VARCHAR[])) OR max_value IN (SELECT unnest($words::VARCHAR[]))
