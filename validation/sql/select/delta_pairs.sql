-- One row: the number of pairs of a photograph and a reference that the deltas to check come from, at most.
WITH checked AS (
    FROM rows_to_check('features.deltas') SELECT image_id, version WHERE version = $version
)
SELECT
    (SELECT count(*) FROM checked)
    + (SELECT count(*) FROM valid_rows('features.delta_references') SEMI JOIN checked USING (image_id, version)) AS pairs
