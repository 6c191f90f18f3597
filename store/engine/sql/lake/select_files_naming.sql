-- One row per data file in which a row of a home still has one of these values in a column: its name.
FROM read_parquet({files}, filename = true)
SELECT DISTINCT filename
WHERE home_id = $home_id AND {column} IN (SELECT unnest($words::VARCHAR[]))
