-- One row per photograph that this audit looks at: of people of whom a row is new or has changed since it passed an audit.
-- A row also counts as changed if a photograph that its delta refers to has changed.
CREATE OR REPLACE TEMP TABLE photographs_to_check AS
WITH changed AS (
    SELECT coalesce(now.image_id, passed.image_id) AS image_id
    FROM (FROM row_marks WHERE NOT starts_with(table_name, 'splits.')) AS now
    FULL JOIN passed_marks AS passed USING (image_id, table_name, version)
    WHERE now.digest % 18446744073709551616 IS DISTINCT FROM passed.content
), touched AS (
    SELECT image_id FROM changed
    UNION
    SELECT image_id FROM features.deltas WHERE reference_image_id IN (FROM changed)
    UNION
    SELECT image_id FROM features.delta_references WHERE reference_image_id IN (FROM changed)
), people AS (
    SELECT DISTINCT subject_id FROM catalogue.images SEMI JOIN touched USING (image_id)
)
SELECT image_id FROM touched
UNION
SELECT image_id FROM catalogue.images SEMI JOIN people USING (subject_id)
