-- One row per run on the leaderboard, part, slice and metric.
SELECT m.* FROM registry.metrics AS m SEMI JOIN leaderboard USING (run_id) ORDER BY ALL
