-- One row a photograph in use: where it came from, and its labels.
SELECT image_id, corpus, path, subject_id, sex, population, age, emotion, camera_angle_deg, gaze
FROM catalogue.images
WHERE excluded_reason IS NULL
ORDER BY path
