-- One row per active photograph that was processed: its size, whether it currently has landmarks and {view}, and the
-- reasons if not.
WITH missing AS (
    FROM features.misses_at($moment) SELECT image_id, version, reason, quarantine_status WHERE version IN ($version, $landmarks)
)
FROM catalogue.images AS i
LEFT JOIN features.landmarks_at($landmarks, $moment) AS l USING (image_id)
LEFT JOIN features.{view}_at($version, $moment) AS v USING (image_id)
LEFT JOIN (FROM missing WHERE version = $landmarks AND NOT starts_with(reason, $retried)) AS f USING (image_id)
LEFT JOIN (FROM missing WHERE version = $version) AS m USING (image_id)
SELECT
    i.image_id, i.width_px, i.height_px, l.image_id IS NOT NULL AS has_inputs, v.image_id IS NOT NULL AS has_value,
    f.reason AS inputs_reason, m.reason AS stored_reason,
    coalesce(f.quarantine_status = 'quarantined', false) AS are_inputs_quarantined,
    coalesce(m.quarantine_status = 'quarantined', false) AS is_quarantined
WHERE i.excluded_reason IS NULL AND (l.image_id IS NOT NULL OR f.image_id IS NOT NULL)
ORDER BY i.image_id
