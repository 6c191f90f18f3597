-- One row per run on the leaderboard and emotion: what the movement of each landmark adds to the emotion's score, in
-- landmark order.
FROM registry.attributions
SEMI JOIN leaderboard USING (run_id)
SELECT run_id, emotion, list(value ORDER BY landmark) AS added, max(n_images) AS n_images
GROUP BY run_id, emotion
ORDER BY run_id, emotion
