-- one row a run whose weights are needed: it is on the leaderboard, or one that is averages it
FROM leaderboard SELECT run_id
UNION
FROM leaderboard JOIN registry.runs USING (run_id) SELECT unnest(parameters->>'$.members[*].run_id')
