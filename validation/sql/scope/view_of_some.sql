-- One row per row of a table that no earlier audit has passed.
CREATE OR REPLACE TEMP VIEW {view} AS
FROM {batch} WHERE rowid IN (SELECT row_number FROM rows_to_look_at WHERE table_name = '{listed}')
