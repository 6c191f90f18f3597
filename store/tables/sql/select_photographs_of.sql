-- one row a photograph that was ever labelled as this person's, and where its file was
FROM catalogue.images AS i
SELECT image_id, path
WHERE subject_id = $subject_id OR image_id IN (FROM catalogue.labels SELECT image_id WHERE subject_id = $subject_id)
UNION
FROM catalogue.labels ANTI JOIN catalogue.images USING (image_id)
SELECT image_id, NULL WHERE subject_id = $subject_id
