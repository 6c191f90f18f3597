-- one row a current run and epoch
SELECT e.* FROM registry.epochs AS e SEMI JOIN leaderboard USING (run_id) ORDER BY run_id, epoch
