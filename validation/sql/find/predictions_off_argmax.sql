-- One row per prediction of a run in use that is not the most probable emotion.
SELECT run_id, image_id
FROM (SELECT run_id, image_id, predicted, [*COLUMNS('.*_prob')] AS chances FROM {batch} SEMI JOIN runs_in_use() USING (run_id)) AS predictions
WHERE chances[predicted + 1] IS DISTINCT FROM list_max(chances)
