-- One row per cell of the factorial design of the selected corpora; unlabelled photographs are in none.
SELECT subject_id, sex, population, emotion, camera_angle_deg, gaze, status
FROM coverage
WHERE corpus IN (SELECT unnest($corpora)) AND emotion <> 'unknown'
