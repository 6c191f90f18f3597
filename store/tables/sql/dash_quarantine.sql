-- one row a photograph and feature of today that an audit set aside, newest first, those that were let back in included
FROM features.misses AS m
JOIN features.current AS c USING (version)
JOIN catalogue.images AS i USING (image_id)
SELECT i.image_id, i.subject_id, i.path, i.emotion, c.feature AS "view", m.reason, m.created_at, m.released_at
WHERE m.reason LIKE 'quarantined%'
ORDER BY m.created_at DESC, i.image_id, c.feature
