-- One row a prediction that names another emotion than the most probable one.
SELECT run_id, image_id
FROM (SELECT run_id, image_id, predicted, [*COLUMNS('.*_prob')] AS chances FROM {batch}) AS predictions
WHERE chances[predicted + 1] IS DISTINCT FROM list_max(chances)
