-- One row a vector of one version of a feature table that counts today.
SELECT xyz FROM counting('{batch}') AS stored WHERE version = $version AND xyz IS NOT NULL
