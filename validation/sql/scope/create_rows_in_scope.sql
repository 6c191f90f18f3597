-- One row per row of the tables that this audit looks at in part.
CREATE OR REPLACE TEMP TABLE rows_in_scope AS {rows}
