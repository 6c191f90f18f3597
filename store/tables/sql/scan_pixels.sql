-- one row a row of the table between two row numbers, of one version
FROM features.pixels
SELECT rowid AS row_number, rgb AS value
WHERE rowid BETWEEN $first AND $last AND version = $version
