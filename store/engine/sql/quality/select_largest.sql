-- One row: the largest value of a column; reading it fails if the table is missing or damaged.
SELECT max("{column}") FROM {table}
