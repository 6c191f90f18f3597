-- One row per valid row of a feature table.
CREATE OR REPLACE TEMP VIEW {view} AS FROM valid_rows('{batch}')
