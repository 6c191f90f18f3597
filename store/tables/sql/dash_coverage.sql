-- one row a cell of the design of the named corpora
SELECT subject_id, sex, population, emotion, camera_angle_deg, gaze, status
FROM coverage
WHERE corpus IN (SELECT unnest($corpora))
