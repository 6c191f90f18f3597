-- One row per neutral photograph of a person that is in use: the labels that decide whose reference it is, and its size.
FROM catalogue.images
SELECT image_id, subject_id, emotion, camera_angle_deg, gaze, path, width_px, height_px
WHERE subject_id = $subject_id AND emotion = 'neutral' AND excluded_reason IS NULL
ORDER BY path
