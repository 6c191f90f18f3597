-- One row per label version of a photograph, with the time from which it was known.
FROM catalogue.labels
SELECT known_at, subject_id, emotion, camera_angle_deg, gaze, sex, population
WHERE image_id = $image_id
ORDER BY known_at
