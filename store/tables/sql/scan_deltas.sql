-- one row a row of the table between two row numbers, of one version
FROM features.deltas
SELECT rowid AS row_number, xyz AS value
WHERE rowid BETWEEN $first AND $last AND version = $version
