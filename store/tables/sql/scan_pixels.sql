-- one row a row of the table between two row numbers
FROM features.pixels SELECT rowid AS row_number, rgb AS value WHERE rowid BETWEEN $first AND $last
