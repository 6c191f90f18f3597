-- One row per active labelled photograph of these corpora: the labels and feature checksums that a split made now would hold.
FROM catalogue.images AS i
JOIN catalogue.labels_at($moment) AS l USING (image_id)
LEFT JOIN features.landmarks_at($landmarks, $moment) AS f USING (image_id)
LEFT JOIN features.deltas_at($frontal_unit, $moment) AS u USING (image_id)
LEFT JOIN features.deltas_at($aligned, $moment) AS d USING (image_id)
LEFT JOIN features.pixels_at($pixels, $moment) AS p USING (image_id)
LEFT JOIN features.pixels_at($bicubic_pixels, $moment) AS b USING (image_id)
LEFT JOIN features.landmarks_at($single_landmarks, $moment) AS s USING (image_id)
SELECT
    i.image_id, l.subject_id, l.sex, l.population, l.emotion, l.camera_angle_deg, l.gaze,
    f.seal AS landmarks, u.seal AS frontal_unit, d.seal AS aligned, p.seal AS pixels,
    b.seal AS bicubic_pixels, s.seal AS single_landmarks
WHERE i.excluded_reason IS NULL AND l.emotion <> 'unknown' AND i.corpus IN (SELECT unnest($corpora))
ORDER BY i.image_id
