-- One row per run on the leaderboard and epoch.
SELECT e.* FROM registry.epochs AS e SEMI JOIN leaderboard USING (run_id) ORDER BY run_id, epoch
