-- One row per valid vector of one version of a feature table.
SELECT xyz FROM valid_rows('{batch}') AS stored WHERE version = $version AND xyz IS NOT NULL
