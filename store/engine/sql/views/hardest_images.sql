-- One row per photograph that was tested by systems trained on other people: the share of systems on the leaderboard
-- that misclassified it.
CREATE OR REPLACE VIEW hardest_images AS
FROM registry.predictions AS p
SEMI JOIN (FROM leaderboard WHERE split IN ('by_person', 'folds')) AS shown ON shown.run_id = p.run_id
JOIN catalogue.images AS i USING (image_id)
SELECT
    i.image_id, i.subject_id, i.emotion, i.camera_angle_deg, i.gaze,
    count(*) AS n_runs, avg((p.predicted <> p.truth)::INT) AS share_wrong, i.path
WHERE p.part = 'test'
GROUP BY ALL
ORDER BY share_wrong DESC, n_runs DESC, i.image_id
