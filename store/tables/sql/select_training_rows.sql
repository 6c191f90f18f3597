-- one row a photograph of one part of one split, with the features that a model may ask for; NULL is a miss
SELECT
    a.image_id, i.subject_id, i.sex, i.population, i.emotion,
    e.label,
    i.camera_angle_deg, i.gaze,
    l.xyz AS landmarks, f.xyz AS frontal_unit, d.xyz AS aligned, p.rgb
FROM splits.assignments AS a
JOIN catalogue.images AS i USING (image_id)
JOIN catalogue.emotions AS e USING (emotion)
LEFT JOIN features.landmarks AS l ON l.image_id = a.image_id AND l.version = $landmarks
LEFT JOIN features.deltas AS f ON f.image_id = a.image_id AND f.version = $frontal_unit
LEFT JOIN features.deltas AS d ON d.image_id = a.image_id AND d.version = $aligned
LEFT JOIN features.pixels AS p ON p.image_id = a.image_id AND p.version = $pixels
WHERE a.split_id = $split_id AND a.part = $part
ORDER BY a.image_id
