-- one row a run of the leaderboard and bin of its greatest probabilities on the test part, at its temperature
SELECT run_id, bin, n_images, confidence, accuracy
FROM reliability
SEMI JOIN leaderboard USING (run_id)
WHERE part = 'test' AND is_scaled
ORDER BY ALL
