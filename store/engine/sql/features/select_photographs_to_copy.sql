-- One row per active photograph of a corpus with landmarks and an aligned delta of these versions: its labels,
-- its size, checksums of both, and the ids of its references in order with the one that names the delta.
WITH several AS (
    FROM features.delta_references
    SELECT image_id, created_at, list(reference_image_id ORDER BY reference_image_id) AS reference_ids
    WHERE version = $deltas
    GROUP BY ALL
)
FROM catalogue.images AS i
JOIN features.landmarks_at($landmarks, $moment) AS l USING (image_id)
JOIN features.deltas_at($deltas, $moment) AS d USING (image_id)
LEFT JOIN several AS r ON r.image_id = d.image_id AND r.created_at = d.created_at
SELECT
    i.image_id, i.path, i.subject_id, i.emotion, i.camera_angle_deg, i.width_px, i.height_px, l.seal AS landmarks_seal,
    d.seal AS delta_seal, d.reference_image_id, coalesce(r.reference_ids, [d.reference_image_id]) AS reference_ids
WHERE i.corpus = $corpus AND i.excluded_reason IS NULL
ORDER BY i.image_id
