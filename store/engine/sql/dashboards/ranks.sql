-- One row per run on the leaderboard that was ranked.
SELECT run_id, split AS strategy, mean_rank, letters, statistic, p, n_people, method
FROM critical_difference
ORDER BY ALL
