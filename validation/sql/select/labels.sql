-- One row per given photograph: its labels in words.
SELECT image_id, concat_ws(', ', subject_id, emotion, camera_angle_deg || ' degrees', gaze, path) AS labels
FROM catalogue.images
WHERE image_id IN (SELECT unnest($image_ids::VARCHAR[]))
