-- One row per photograph of the tables of the split by person: a hash of its rows, of features and of their versions.
-- It is NULL if a row of its features became known after the split's moment. Of the features, keys and checksums count.
CREATE OR REPLACE TEMP TABLE split_marks AS
WITH split AS (
    SELECT feature_versions, as_of FROM splits.current WHERE strategy = getvariable('by_person')
), members AS (
    SELECT image_id, sum(hash(table_name, n, digest)) AS digest
    FROM row_marks WHERE starts_with(table_name, 'splits.')
    GROUP BY image_id
)
SELECT
    members.image_id,
    CASE WHEN brief_marks.latest <= split.as_of THEN hash(members.digest, brief_marks.brief_mark, split.feature_versions) END
        AS split_mark
FROM members
JOIN brief_marks USING (image_id)
CROSS JOIN split
