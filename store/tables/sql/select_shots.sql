-- one row a photograph in use that has been looked at: what decides its reference, its size, whether there is a face,
-- and what is stored now: the reference of its delta, or the reason why there is none
WITH missed AS (
    FROM features.misses_at($moment) SELECT image_id, version, reason WHERE version IN ($deltas, $landmarks)
)
FROM catalogue.images AS i
LEFT JOIN features.landmarks_at($landmarks, $moment) AS l USING (image_id)
LEFT JOIN features.deltas_at($deltas, $moment) AS d USING (image_id)
LEFT JOIN (FROM missed WHERE version = $deltas) AS m USING (image_id)
LEFT JOIN (FROM missed WHERE version = $landmarks AND NOT starts_with(reason, $retried)) AS f USING (image_id)
SELECT
    i.image_id, i.subject_id, i.emotion, i.camera_angle_deg, i.gaze, i.path, i.width_px, i.height_px,
    l.image_id IS NOT NULL AS has_face, f.reason AS face_reason, d.reference_image_id AS stored_reference, m.reason AS stored_reason
WHERE i.excluded_reason IS NULL AND (l.image_id IS NOT NULL OR f.image_id IS NOT NULL)
ORDER BY i.path
