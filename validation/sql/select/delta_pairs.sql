-- One row: the number of pairs of a photograph and a reference that the valid deltas of one version come from, at most.
SELECT
    (SELECT count(*) FROM valid_rows('features.deltas') WHERE version = $version)
    + (SELECT count(*) FROM valid_rows('features.delta_references') WHERE version = $version) AS pairs
