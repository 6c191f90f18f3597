-- one row a moment from which on these were the labels of a photograph
FROM catalogue.labels
SELECT known_at, subject_id, emotion, camera_angle_deg, gaze, sex, population
WHERE image_id = $image_id
ORDER BY known_at
