-- One row per test photograph and given run that scored it.
FROM registry.predictions AS p
JOIN registry.runs AS r USING (run_id)
JOIN catalogue.images AS i USING (image_id)
SELECT
    p.run_id, r.model, r.recipe, r.seed, 0 AS "repeat", p.image_id, i.subject_id, i.camera_angle_deg, p.truth, p.predicted,
    p.part
WHERE p.part = 'test' AND list_contains($run_ids, p.run_id)
ORDER BY p.run_id, p.image_id
