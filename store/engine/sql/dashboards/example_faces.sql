-- One row per emotion: a frontal photograph and its reference, of the person of the selected corpora with the most
-- emotions, with both landmarks and sizes.
WITH candidates AS (
    FROM features.present AS n
    JOIN features.deltas AS d USING (image_id, version, created_at)
    JOIN catalogue.images AS i USING (image_id)
    SELECT i.image_id, d.reference_image_id, i.subject_id, i.emotion, i.gaze, i.width_px, i.height_px
    WHERE n.feature = 'aligned' AND i.camera_angle_deg = $frontal_deg AND i.corpus IN (SELECT unnest($corpora))
      AND i.excluded_reason IS NULL AND i.emotion NOT IN ('neutral', 'unknown')
),
person AS (
    FROM candidates SELECT subject_id GROUP BY subject_id ORDER BY count(DISTINCT emotion) DESC, subject_id LIMIT 1
),
chosen AS (
    FROM candidates
    SEMI JOIN person USING (subject_id)
    SELECT *
    QUALIFY row_number() OVER (PARTITION BY emotion ORDER BY gaze <> 'frontal', image_id) = 1
),
faces AS (
    FROM features.present JOIN features.landmarks USING (image_id, version, created_at) SELECT image_id, xyz
    WHERE feature = 'landmarks'
)
FROM chosen AS c
JOIN catalogue.images AS r ON r.image_id = c.reference_image_id
JOIN faces AS face ON face.image_id = c.image_id
JOIN faces AS neutral ON neutral.image_id = c.reference_image_id
JOIN catalogue.emotions AS e ON e.emotion = c.emotion
SELECT
    c.emotion, c.subject_id, c.image_id, c.reference_image_id, c.width_px, c.height_px, face.xyz,
    r.width_px AS reference_width_px, r.height_px AS reference_height_px, neutral.xyz AS reference_xyz
ORDER BY e.label
