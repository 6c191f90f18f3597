-- How much wider is each person's mouth when happy than when neutral?
-- From the landmarks of the frontal camera: the distance between the corners of the mouth (61, 291) divided by the
-- distance between the outer corners of the eyes (33, 263), averaged over gaze directions. Landmarks are normalised to
-- the image (x and z by its width, y by its height), so they are converted to pixels first. `features.present` selects
-- the current rows.
-- Answer: one row per person, the largest ratio first.
WITH points AS (
    FROM features.present
    JOIN features.landmarks USING (image_id, version, created_at)
    JOIN catalogue.images USING (image_id)
    SELECT
        subject_id, emotion,
        list_transform(
            [61, 291, 33, 263],
            lambda k: [xyz[3 * k + 1] * width_px, xyz[3 * k + 2] * height_px, xyz[3 * k + 3] * width_px]
        ) AS p
    WHERE feature = 'landmarks' AND camera_angle_deg = 90 AND emotion IN ('happy', 'neutral')
),
widths AS (
    FROM points
    SELECT subject_id, emotion, avg(list_distance(p[1], p[2]) / list_distance(p[3], p[4])) AS width
    GROUP BY ALL
)
FROM widths AS h JOIN widths AS n USING (subject_id)
SELECT subject_id, n.width AS neutral_width, h.width AS happy_width, h.width / n.width AS ratio
WHERE h.emotion = 'happy' AND n.emotion = 'neutral'
ORDER BY ratio DESC
