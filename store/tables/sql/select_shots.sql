-- one row a photograph in use that has been looked at: what decides its reference, its size, and whether a face and a
-- delta are there already (one that only lacked a reference is looked at again: the reference may have come since)
SELECT
    i.image_id, i.subject_id, i.emotion, i.camera_angle_deg, i.gaze, i.path, i.width_px, i.height_px,
    l.image_id IS NOT NULL AS has_face,
    EXISTS (FROM features.deltas AS d WHERE d.image_id = i.image_id AND d.version = $deltas)
    OR EXISTS (
        FROM features.misses AS m
        WHERE m.image_id = i.image_id AND m.view = 'deltas' AND m.version = $deltas AND m.reason <> $retried
    ) AS is_done
FROM catalogue.images AS i
LEFT JOIN features.landmarks AS l ON l.image_id = i.image_id AND l.version = $landmarks
WHERE i.excluded_reason IS NULL
  AND (
    l.image_id IS NOT NULL
    OR EXISTS (
        FROM features.misses AS m
        WHERE m.image_id = i.image_id AND m.view = 'landmarks' AND m.version = $landmarks AND m.reason = $no_face
    )
  )
ORDER BY i.path
