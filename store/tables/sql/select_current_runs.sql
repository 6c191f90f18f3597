-- one row a model, recipe and current split: the run last asked for, as the leaderboard shows it
FROM registry.runs JOIN splits.current AS sets USING (split_id)
SELECT run_id
QUALIFY row_number() OVER (PARTITION BY model, recipe, sets.strategy ORDER BY runs.requested_at DESC) = 1
