-- One row per vector of a table from row number $first on, in stored order.
FROM features.{view} SELECT rowid AS number, xyz WHERE rowid >= $first
