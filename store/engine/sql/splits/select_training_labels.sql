-- One row per photograph of one part of a split, with the labels as of the split.
FROM splits.assignments AS a
JOIN catalogue.labels_at($as_of) AS k USING (image_id)
JOIN catalogue.emotions AS e USING (emotion)
SELECT a.image_id, k.subject_id, k.sex, k.population, k.emotion, e.label, k.camera_angle_deg, k.gaze
WHERE a.split_id = $split_id AND a.part = $part
ORDER BY a.image_id
