-- One row per run on the leaderboard, part, true emotion and predicted emotion.
SELECT run_id, part, truth, predicted, n FROM confusion SEMI JOIN leaderboard USING (run_id) ORDER BY ALL
