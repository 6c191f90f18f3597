-- One row per table, photograph and version: a hash of the rows.
CREATE OR REPLACE TEMP TABLE row_marks AS {rows}
