-- One row per photograph in the catalogue, with its latest labels.
FROM catalogue.images
SELECT
    image_id, corpus, path, subject_id, sex, population, emotion, camera_angle_deg, gaze, age, size_bytes,
    missing_since IS NOT NULL AS is_missing, removed_at IS NOT NULL AS is_removed
