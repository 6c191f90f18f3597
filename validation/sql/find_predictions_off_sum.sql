-- One row a prediction whose probabilities do not sum to 1.
SELECT run_id, image_id
FROM (SELECT run_id, image_id, list_sum([*COLUMNS('.*_prob')]) AS total FROM {batch}) AS predictions
WHERE NOT abs(total - 1) <= getvariable('probability_tolerance')
