-- One row per run on the leaderboard, input and landmark group: the accuracy lost when its values are permuted among
-- photographs.
FROM registry.importances
SEMI JOIN leaderboard USING (run_id)
SELECT run_id, input, landmark_group, value, low, high, n_images, n_people
ORDER BY run_id, input, value DESC
