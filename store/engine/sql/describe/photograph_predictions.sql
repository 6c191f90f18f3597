-- One row per run on the leaderboard that scored a photograph.
FROM leaderboard AS b
JOIN registry.predictions AS p USING (run_id)
JOIN catalogue.emotions AS t ON t.label = p.truth
JOIN catalogue.emotions AS g ON g.label = p.predicted
SELECT b.model, b.recipe, b.split, p.part, t.emotion AS truth, g.emotion AS predicted, run_id
WHERE p.image_id = $image_id
ORDER BY split DESC, model, recipe
