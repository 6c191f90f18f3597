-- One row per photograph of the tables of the split by person that this audit looks at.
CREATE OR REPLACE TEMP TABLE members_to_check AS
SELECT now.image_id
FROM (SELECT DISTINCT image_id FROM row_marks WHERE starts_with(table_name, 'splits.')) AS now
LEFT JOIN split_marks USING (image_id)
LEFT JOIN passed USING (image_id)
WHERE split_marks.split_mark IS NULL OR split_marks.split_mark IS DISTINCT FROM passed.split_mark
