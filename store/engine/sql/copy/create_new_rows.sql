-- One row per row of a table of the attached store `source` that this store lacks, or has with other values: its number.
CREATE OR REPLACE TEMP TABLE new_rows AS
FROM (FROM source.{table} SELECT rowid AS number, {key}, hash({columns}) AS content)
ANTI JOIN (FROM {table} SELECT {key}, hash({columns}) AS content) USING ({key}, content)
SELECT number
