-- one row a photograph and view that is set aside now
FROM features.misses_at(now()) AS m
JOIN catalogue.images AS i USING (image_id)
SELECT
    image_id, i.corpus, i.subject_id, i.emotion, i.camera_angle_deg, i.gaze, m."view",
    regexp_replace(replace(m.reason, 'quarantined: ', ''), ' [(]values [0-9a-f]+[)]$', '') AS failed, m.created_at AS since, i.path
WHERE starts_with(m.reason, 'quarantined')
ORDER BY since, image_id, m."view"
