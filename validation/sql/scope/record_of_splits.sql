-- One row per photograph of the record, with the hash of its rows in the tables of the split by person.
SELECT recorded.* REPLACE (split_marks.split_mark AS split_mark)
FROM recorded LEFT JOIN split_marks USING (image_id)
