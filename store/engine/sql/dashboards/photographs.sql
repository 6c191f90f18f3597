-- One row per active photograph of the selected corpora, with its current landmarks if it has any.
WITH faces AS (
    FROM features.present JOIN features.landmarks USING (image_id, version, created_at) SELECT image_id, version, xyz
    WHERE feature = 'landmarks'
)
FROM catalogue.images AS i
LEFT JOIN faces AS f USING (image_id)
SELECT
    i.image_id, i.subject_id, i.path, i.emotion, i.camera_angle_deg, i.gaze, i.width_px, i.height_px, f.version, f.xyz
WHERE i.corpus IN (SELECT unnest($corpora)) AND i.excluded_reason IS NULL
ORDER BY i.subject_id, i.emotion, i.camera_angle_deg, i.gaze, i.image_id
