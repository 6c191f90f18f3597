-- Which photographs does every model misclassify, and as what?
-- Test part of the split by person, and the runs on the leaderboard. If several models choose the same wrong emotion,
-- the photograph is worth a look: the label may be wrong, the pose unusual, or the expression ambiguous.
-- Answer: one row per photograph, with the predicted emotions and the number of models that chose each.
WITH tested AS (
    FROM registry.predictions AS p
    SEMI JOIN (FROM leaderboard WHERE split = 'by_person') AS shown ON shown.run_id = p.run_id
    JOIN catalogue.emotions AS g ON g.label = p.predicted
    SELECT image_id, g.emotion AS taken_for, p.predicted <> p.truth AS is_wrong
    WHERE p.part = 'test'
),
hard AS (
    FROM tested
    SELECT image_id, count(*) AS n_runs
    GROUP BY image_id
    HAVING bool_and(is_wrong) AND n_runs = (
        SELECT count(*) FROM leaderboard WHERE split = 'by_person' AND status = 'completed'
    )
),
chosen AS (
    FROM tested SELECT image_id, taken_for, count(*) AS n GROUP BY ALL
)
FROM hard JOIN chosen USING (image_id) JOIN catalogue.images USING (image_id)
SELECT
    image_id, subject_id, emotion, camera_angle_deg, gaze, n_runs,
    list(taken_for || ' ' || n ORDER BY n DESC, taken_for) AS taken_for
GROUP BY ALL
ORDER BY subject_id, emotion, camera_angle_deg, gaze
