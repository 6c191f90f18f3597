-- One row per row to check of a scalar feature view, of any version.
SELECT stored.* FROM rows_to_check('{batch}') AS stored
