-- One row per run on the leaderboard and bin of its highest predicted probability on the test part,
-- temperature-scaled.
SELECT run_id, bin, n_images, confidence, accuracy
FROM reliability
SEMI JOIN leaderboard USING (run_id)
WHERE part = 'test' AND is_scaled
ORDER BY ALL
