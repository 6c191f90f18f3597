-- one row a photograph in the catalogue, with its latest labels
FROM catalogue.images
SELECT image_id, corpus, path, subject_id, sex, population, emotion, camera_angle_deg, gaze, age
