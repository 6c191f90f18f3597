-- One row per prediction: the sum of its probabilities, minus 1.
SELECT 'sum of the probabilities, minus 1' AS name, list_sum(list_concat([*COLUMNS('.*_prob')], map_values(further_chances))) - 1 AS value,
       -getvariable('probability_tolerance') AS low, getvariable('probability_tolerance') AS high
FROM registry.predictions
