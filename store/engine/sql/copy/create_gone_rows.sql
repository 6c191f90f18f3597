-- One row per row of a table that the attached store `source` lacks, or has with other values: its number.
CREATE OR REPLACE TEMP TABLE gone_rows AS
FROM (FROM {table} SELECT rowid AS number, {key}, hash({columns}) AS content)
ANTI JOIN (FROM source.{table} SELECT {key}, hash({columns}) AS content) USING ({key}, content)
SELECT number
