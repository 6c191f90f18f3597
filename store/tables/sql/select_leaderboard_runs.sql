-- one row a run on the leaderboard
FROM leaderboard SELECT run_id
