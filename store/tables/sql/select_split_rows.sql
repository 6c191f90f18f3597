-- one row a photograph of a split, without features
SELECT
    a.image_id, i.subject_id, a.part, e.label,
    i.camera_angle_deg, i.gaze, i.sex, i.population
FROM splits.assignments AS a
JOIN catalogue.images AS i USING (image_id)
JOIN catalogue.emotions AS e USING (emotion)
WHERE a.split_id = $split_id
ORDER BY a.image_id
