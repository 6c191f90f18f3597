-- One row per photograph of a split: its part, the labels as of the split, and the checksums of its features.
FROM splits.assignments AS a
JOIN catalogue.labels_at($as_of) AS l USING (image_id)
LEFT JOIN features.landmarks_at($landmarks, $as_of) AS f USING (image_id)
LEFT JOIN features.deltas_at($frontal_unit, $as_of) AS u USING (image_id)
LEFT JOIN features.deltas_at($aligned, $as_of) AS d USING (image_id)
LEFT JOIN features.pixels_at($pixels, $as_of) AS p USING (image_id)
LEFT JOIN features.pixels_at($bicubic_pixels, $as_of) AS b USING (image_id)
LEFT JOIN features.landmarks_at($single_landmarks, $as_of) AS s USING (image_id)
SELECT
    a.image_id, a.part, l.subject_id, l.sex, l.population, l.emotion, l.camera_angle_deg, l.gaze,
    f.seal AS landmarks, u.seal AS frontal_unit, d.seal AS aligned, p.seal AS pixels,
    b.seal AS bicubic_pixels, s.seal AS single_landmarks
WHERE a.split_id = $split_id
ORDER BY a.image_id
