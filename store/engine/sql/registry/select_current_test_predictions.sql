-- One row per test photograph and current completed run.
FROM registry.predictions AS p
JOIN registry.current AS r USING (run_id)
JOIN catalogue.images AS i USING (image_id)
SELECT
    r.strategy, p.run_id, r.model, r.recipe, r.seed, coalesce(r."repeat", 0) AS "repeat", p.image_id, i.subject_id,
    p.truth, p.predicted, p.part, i.camera_angle_deg, i.gaze
WHERE p.part = 'test' AND r.status = 'completed'
ORDER BY r.strategy, p.run_id, p.image_id
