-- One row per labelled or unlabelled photograph that was known at a given time: its person.
FROM catalogue.labels_at($moment)
SELECT image_id, subject_id
