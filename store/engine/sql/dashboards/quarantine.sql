-- One row per photograph and current feature that an audit quarantined, newest first, released ones included.
FROM features.misses AS m
JOIN features.current AS c USING (version)
JOIN catalogue.images AS i USING (image_id)
SELECT i.image_id, i.subject_id, i.path, i.emotion, c.feature AS "view", m.reason, m.created_at, m.released_at
WHERE m.quarantine_status IS NOT NULL
ORDER BY m.created_at DESC, i.image_id, c.feature
