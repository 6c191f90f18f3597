-- One row per stored value between two row numbers of the table, as one vector or as the bytes of a thumbnail.
FROM features.{view} SELECT rowid AS row_number, {value} AS value WHERE rowid BETWEEN $first AND $last AND {stored}
