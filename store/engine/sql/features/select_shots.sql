-- One row per active photograph that was processed: what determines its reference, its size, whether it has a face,
-- and the stored reference of its delta with the rule that chose it and, if there are several, the ids of all of them in
-- order, or the reason for having none.
WITH missing AS (
    FROM features.misses_at($moment) SELECT image_id, version, reason, quarantine_status WHERE version IN ($deltas, $landmarks)
), several AS (
    FROM features.delta_references
    SELECT image_id, created_at, list(reference_image_id ORDER BY reference_image_id) AS reference_ids
    WHERE version = $deltas
    GROUP BY ALL
)
FROM catalogue.images AS i
LEFT JOIN features.landmarks_at($landmarks, $moment) AS l USING (image_id)
LEFT JOIN features.deltas_at($deltas, $moment) AS d USING (image_id)
LEFT JOIN several AS r ON r.image_id = d.image_id AND r.created_at = d.created_at
LEFT JOIN (FROM missing WHERE version = $deltas) AS m ON m.image_id = i.image_id
LEFT JOIN (FROM missing WHERE version = $landmarks AND NOT starts_with(reason, $retried)) AS f ON f.image_id = i.image_id
SELECT
    i.image_id, i.subject_id, i.emotion, i.camera_angle_deg, i.gaze, i.path, i.width_px, i.height_px,
    l.image_id IS NOT NULL AS has_face, f.reason AS face_reason,
    coalesce(f.quarantine_status = 'quarantined', false) AS is_face_quarantined,
    d.reference_image_id AS stored_reference, d.reference_rule AS stored_rule, m.reason AS stored_reason,
    coalesce(m.quarantine_status = 'quarantined', false) AS is_quarantined,
    coalesce(r.reference_ids, if(d.reference_image_id IS NULL, []::VARCHAR[], [d.reference_image_id])) AS stored_references
WHERE i.excluded_reason IS NULL AND (l.image_id IS NOT NULL OR f.image_id IS NOT NULL)
ORDER BY i.path
