-- One row per photograph with labels known at a given time: these labels, and its path as catalogued.
FROM catalogue.labels_at($moment) AS l JOIN catalogue.images AS i USING (image_id)
SELECT image_id, l.subject_id, l.emotion, l.camera_angle_deg, l.gaze, i.path
