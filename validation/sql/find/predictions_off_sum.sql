-- One row per prediction of a run in use whose probabilities do not sum to 1.
SELECT run_id, image_id
FROM (SELECT run_id, image_id, list_sum(list_concat([*COLUMNS('.*_prob')], map_values(further_chances))) AS total FROM {batch} SEMI JOIN runs_in_use() USING (run_id)) AS predictions
WHERE NOT abs(total - 1) <= getvariable('probability_tolerance')
