-- How well does the best model recognise each emotion from each camera angle?
-- Recall in the test part of the split by person: the share of the photographs of an emotion that the model assigns to
-- it. The best model is the one with the highest accuracy; photographs that it cannot score are not counted.
-- Answer: one row per emotion, one column per camera angle; NULL if there is no photograph.
WITH best AS (
    FROM leaderboard WHERE split = 'by_person' AND accuracy IS NOT NULL ORDER BY accuracy DESC, run_id LIMIT 1
)
FROM best
JOIN registry.predictions AS p USING (run_id)
JOIN catalogue.images AS i USING (image_id)
JOIN catalogue.emotions AS t ON t.label = p.truth
SELECT
    any_value(model || ' ' || recipe) AS model, t.emotion,
    avg((predicted = truth)::INT) FILTER (camera_angle_deg = 45) AS recall_045,
    avg((predicted = truth)::INT) FILTER (camera_angle_deg = 90) AS recall_090,
    avg((predicted = truth)::INT) FILTER (camera_angle_deg = 135) AS recall_135,
    count(*) AS n_images, count(DISTINCT subject_id) AS n_people
WHERE part = 'test'
GROUP BY t.emotion
ORDER BY t.emotion
