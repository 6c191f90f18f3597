-- One row per photograph of one part of a split, with all features that a model can use; NULL where there is none.
SELECT
    a.image_id, k.subject_id, k.sex, k.population, k.emotion,
    e.label,
    k.camera_angle_deg, k.gaze,
    l.xyz AS landmarks, f.xyz AS frontal_unit, d.xyz AS aligned, p.rgb
FROM splits.assignments AS a
JOIN catalogue.labels_at($as_of) AS k USING (image_id)
JOIN catalogue.emotions AS e USING (emotion)
LEFT JOIN features.landmarks_at($landmarks, $as_of) AS l ON l.image_id = a.image_id
LEFT JOIN features.deltas_at($frontal_unit, $as_of) AS f ON f.image_id = a.image_id
LEFT JOIN features.deltas_at($aligned, $as_of) AS d ON d.image_id = a.image_id
LEFT JOIN features.pixels_at($pixels, $as_of) AS p ON p.image_id = a.image_id
WHERE a.split_id = $split_id AND a.part = $part
ORDER BY a.image_id
