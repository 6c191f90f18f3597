-- One row: the number of values in a row of features of the user's own.
FROM features.own_values SELECT len(numbers) AS length WHERE rowid = $row_number
