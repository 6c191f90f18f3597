-- One row per row of the table between two row numbers, its value as one vector or as the bytes of a thumbnail.
FROM features.{view} SELECT rowid AS row_number, {value} AS value WHERE rowid BETWEEN $first AND $last
