-- How much wider is each person's mouth when happy than when neutral?
-- From the landmarks of the frontal camera: the distance of the corners of the mouth (61, 291) over the distance of the
-- outer corners of the eyes (33, 263), mean over the gazes. Landmarks are normalised to the picture (x and z in widths,
-- y in heights), so they are scaled to pixels first. `features.present` says which row counts today.
-- Answer: one row a person, the widest smile first.
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
