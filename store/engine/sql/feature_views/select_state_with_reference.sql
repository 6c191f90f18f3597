-- One row per active photograph that was processed: its size, its reference with the size of that, whether it currently
-- has a reference and {view} computed with it, and the reasons if not.
WITH missing AS (
    FROM features.misses_at($moment) SELECT image_id, version, reason, quarantine_status WHERE version IN ($version, $deltas)
)
FROM catalogue.images AS i
LEFT JOIN features.deltas_at($deltas, $moment) AS d USING (image_id)
LEFT JOIN catalogue.images AS r ON r.image_id = d.reference_image_id
LEFT JOIN features.{view}_at($version, $moment) AS v ON v.image_id = i.image_id
LEFT JOIN (FROM missing WHERE version = $deltas) AS f ON f.image_id = i.image_id
LEFT JOIN (FROM missing WHERE version = $version) AS m ON m.image_id = i.image_id
SELECT
    i.image_id, i.width_px, i.height_px, d.reference_image_id, r.width_px AS reference_width_px,
    r.height_px AS reference_height_px, d.image_id IS NOT NULL AS has_inputs,
    coalesce(v.created_at >= d.created_at, false) AS has_value,
    f.reason AS inputs_reason, m.reason AS stored_reason,
    coalesce(f.quarantine_status = 'quarantined', false) AS are_inputs_quarantined,
    coalesce(m.quarantine_status = 'quarantined', false) AS is_quarantined
WHERE i.excluded_reason IS NULL AND (d.image_id IS NOT NULL OR f.image_id IS NOT NULL)
ORDER BY i.image_id
