-- One row per photograph and view that is quarantined.
FROM features.misses_at(now()) AS m
JOIN catalogue.images AS i USING (image_id)
SELECT
    image_id, i.corpus, i.subject_id, i.emotion, i.camera_angle_deg, i.gaze, m."view",
    array_to_string(m.checks::VARCHAR[], '; ') AS failed, m.created_at AS since, i.path
WHERE m.quarantine_status = 'quarantined'
ORDER BY since, image_id, m."view"
