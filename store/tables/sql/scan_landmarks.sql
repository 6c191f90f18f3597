-- one row a row of the table between two row numbers
FROM features.landmarks SELECT rowid AS row_number, xyz AS value WHERE rowid BETWEEN $first AND $last
