-- one row a photograph of the test part and completed run last asked for of a model, recipe and current split
WITH newest AS (
    FROM registry.runs JOIN splits.current AS sets USING (split_id)
    SELECT run_id, model, recipe, runs.seed, strategy
    WHERE status = 'completed'
    QUALIFY row_number() OVER (PARTITION BY model, recipe, strategy ORDER BY runs.requested_at DESC) = 1
)
FROM registry.predictions AS p JOIN newest USING (run_id) JOIN catalogue.images AS i USING (image_id)
SELECT strategy, p.run_id, model, recipe, seed, p.image_id, i.subject_id, p.truth, p.predicted, p.part
WHERE p.part = 'test'
ORDER BY strategy, p.run_id, p.image_id
