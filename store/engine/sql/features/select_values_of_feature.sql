-- One row per photograph with a current value of a feature, from the table {table}, with its labels.
FROM features.present AS p
JOIN {table} AS v USING (image_id, version, created_at)
JOIN catalogue.images AS i USING (image_id)
SELECT image_id, i.subject_id, i.emotion, i.camera_angle_deg, i.gaze, v.* EXCLUDE (image_id, seal)
WHERE p.feature = {feature}
ORDER BY image_id
