-- Which photographs does every model get wrong, and what do the models take them for?
-- Test part of the split by person; the models are the runs of the leaderboard. A photograph that several models mistake
-- for the same emotion is worth a look: label, pose or a real ambiguity.
-- Answer: one row a photograph, with the mistaken emotions and how many models chose each.
WITH hard AS (
    FROM hardest_images
    WHERE share_wrong = 1 AND n_runs = (
        SELECT count(*) FROM leaderboard WHERE split = 'by_person' AND status = 'completed'
    )
),
chosen AS (
    FROM registry.predictions AS p
    SEMI JOIN (FROM leaderboard WHERE split = 'by_person') AS shown ON shown.run_id = p.run_id
    JOIN hard USING (image_id)
    JOIN catalogue.emotions AS g ON g.label = p.predicted
    SELECT image_id, g.emotion AS taken_for, count(*) AS n
    GROUP BY ALL
)
FROM hard JOIN chosen USING (image_id)
SELECT
    image_id, subject_id, emotion, camera_angle_deg, gaze, n_runs,
    list(taken_for || ' ' || n ORDER BY n DESC, taken_for) AS taken_for
GROUP BY ALL
ORDER BY subject_id, emotion, camera_angle_deg, gaze
