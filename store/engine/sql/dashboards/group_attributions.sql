-- One row per run on the leaderboard, emotion and landmark group: what the movement of the group adds to the emotion's
-- score, with its interval.
FROM registry.group_attributions
SEMI JOIN leaderboard USING (run_id)
SELECT run_id, emotion, landmark_group, value, low, high, n_images, n_people
ORDER BY run_id, emotion, landmark_group
