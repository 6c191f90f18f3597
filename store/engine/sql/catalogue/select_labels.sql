-- One row per photograph: its labels, and its path as catalogued.
FROM catalogue.images SELECT image_id AS photograph, subject_id, emotion, camera_angle_deg, gaze, path
