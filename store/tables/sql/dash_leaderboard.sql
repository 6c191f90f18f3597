-- one row a model, recipe and split strategy
SELECT * EXCLUDE (split, note), split AS strategy, note AS status_detail FROM leaderboard
