-- One row per photograph that was ever labelled as this person's, with the path of its file and its corpus.
FROM catalogue.images AS i
SELECT image_id, path, corpus
WHERE subject_id = $subject_id OR image_id IN (FROM catalogue.labels SELECT image_id WHERE subject_id = $subject_id)
UNION
FROM catalogue.labels ANTI JOIN catalogue.images USING (image_id)
SELECT image_id, NULL, NULL WHERE subject_id = $subject_id
