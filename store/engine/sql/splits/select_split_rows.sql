-- One row per photograph of a split with the labels as of the split and the latest ratings by people, without features.
FROM splits.assignments AS a
JOIN catalogue.labels_at($as_of) AS k USING (image_id)
JOIN catalogue.emotions AS e USING (emotion)
LEFT JOIN catalogue.ratings_at('infinity'::TIMESTAMPTZ) AS r USING (image_id)
SELECT
    a.image_id, k.subject_id, a.part, e.label, k.camera_angle_deg, k.gaze, k.sex, k.population, k.age,
    r.* EXCLUDE (image_id, known_at)
WHERE a.split_id = $split_id
ORDER BY a.image_id
