-- How much does a split by image inflate accuracy?
-- In a split by image, every test person is in the training part too, often photographed from another camera at the same
-- instant; accuracy gained that way does not generalise to new people. The same system and recipe is compared with itself
-- on folds or a split by person, on the photographs that both test, within each person.
-- Answer: one row per model and recipe that was trained on both kinds of splits, the largest inflation first; `low` and
-- `high` are its 95 % interval over people.
FROM registry.comparisons AS c
JOIN leaderboard AS image ON image.run_id = c.run_id
JOIN leaderboard AS person ON person.run_id = c.other_run_id
SELECT image.model, image.recipe, person.split AS compared_with, c.value AS inflation, c.low, c.high, c.n_people
WHERE c.metric = 'person_leakage'
ORDER BY inflation DESC NULLS LAST
