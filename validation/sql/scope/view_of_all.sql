-- One row per row of a table.
CREATE OR REPLACE TEMP VIEW {view} AS FROM {batch}
