-- One row per rendered person of the selected corpora, emotion and action unit: means of the proxy and of the intended
-- intensity over the person's frontal photographs.
FROM features.rendered_units AS u
JOIN catalogue.images AS i USING (image_id)
SELECT i.subject_id, i.emotion, u.unit, avg(u.proxy) AS proxy, avg(u.intended) AS intended
WHERE i.camera_angle_deg = $frontal_deg AND i.corpus IN (SELECT unnest($corpora)) AND i.excluded_reason IS NULL
GROUP BY ALL
ORDER BY ALL
