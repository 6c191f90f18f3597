-- One row per photograph of which a row is new or has another key, checksum or label since it passed an audit.
CREATE OR REPLACE TEMP TABLE photographs_to_check AS
SELECT coalesce(now.image_id, passed.image_id) AS image_id
FROM brief_marks AS now
FULL JOIN passed USING (image_id)
WHERE now.brief_mark IS DISTINCT FROM passed.brief_mark
