-- One row per valid row of a scalar feature view, of any version.
SELECT stored.* FROM valid_rows('{batch}') AS stored
