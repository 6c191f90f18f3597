-- One row per run whose weights are needed: runs on the leaderboard, and the members that an ensemble on it averages.
FROM leaderboard SELECT run_id
UNION
FROM leaderboard JOIN registry.runs USING (run_id) SELECT unnest(parameters->>'$.members[*].run_id')
