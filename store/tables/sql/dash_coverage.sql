-- one row a cell of the design
SELECT subject_id, sex, population, emotion, camera_angle_deg, gaze, status FROM coverage
