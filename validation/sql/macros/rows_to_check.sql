-- One row per row of a table that this audit looks at: of a feature table, the valid ones.
-- `gx/scope.py` defines the view behind it: all rows, or those that no earlier audit has passed.
CREATE OR REPLACE TEMP MACRO rows_to_check(batch) AS TABLE
FROM query_table(replace(batch, '.', '_') || '_to_check') AS stored SELECT stored.*
