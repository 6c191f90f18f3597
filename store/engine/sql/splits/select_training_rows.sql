-- One row per photograph of one part of a split, with all features that a model can use; NULL where there is none.
-- With $image_ids, of these photographs only, without reading the vectors of others; NULL stands for all.
SELECT
    a.image_id, k.subject_id, k.sex, k.population, k.emotion,
    e.label,
    k.camera_angle_deg, k.gaze,
    l.xyz AS landmarks, f.xyz AS frontal_unit, d.xyz AS aligned, p.rgb
FROM splits.assignments AS a
JOIN catalogue.labels_at($as_of) AS k USING (image_id)
JOIN catalogue.emotions AS e USING (emotion)
LEFT JOIN (
    FROM features.landmarks_at($landmarks, $as_of) WHERE $image_ids IS NULL OR image_id IN $image_ids
) AS l ON l.image_id = a.image_id
LEFT JOIN (
    FROM features.deltas_at($frontal_unit, $as_of) WHERE $image_ids IS NULL OR image_id IN $image_ids
) AS f ON f.image_id = a.image_id
LEFT JOIN (
    FROM features.deltas_at($aligned, $as_of) WHERE $image_ids IS NULL OR image_id IN $image_ids
) AS d ON d.image_id = a.image_id
LEFT JOIN (
    FROM features.pixels_at($pixels, $as_of) WHERE $image_ids IS NULL OR image_id IN $image_ids
) AS p ON p.image_id = a.image_id
WHERE a.split_id = $split_id AND a.part = $part AND ($image_ids IS NULL OR a.image_id IN $image_ids)
ORDER BY a.image_id
