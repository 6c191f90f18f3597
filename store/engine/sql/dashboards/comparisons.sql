-- One row per pair of runs on the leaderboard, part, slice and metric.
SELECT c.* FROM registry.comparisons AS c
SEMI JOIN leaderboard AS a ON a.run_id = c.run_id
SEMI JOIN leaderboard AS b ON b.run_id = c.other_run_id
ORDER BY ALL
