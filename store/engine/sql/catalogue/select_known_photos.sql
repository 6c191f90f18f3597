-- One row per photograph in the catalogue, with its latest labels and ratings.
FROM catalogue.images AS i
LEFT JOIN catalogue.ratings_at('infinity'::TIMESTAMPTZ) AS r USING (image_id)
SELECT
    image_id, path, corpus, subject_id, sex, population, emotion, camera_angle_deg, gaze, age, size_bytes,
    missing_since IS NOT NULL AS is_missing, removed_at IS NOT NULL AS is_removed,
    r.* EXCLUDE (image_id, known_at)
