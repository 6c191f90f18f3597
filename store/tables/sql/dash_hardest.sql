-- one row a run of the leaderboard and test photograph that it got wrong: the twelve whose true emotion it believed least,
-- with the landmarks, and with the thumbnail where faces are published
WITH answers AS (
    FROM registry.predictions
    SEMI JOIN leaderboard USING (run_id)
    SELECT run_id, image_id, truth, predicted, list_value(*COLUMNS('.*_prob')) AS probabilities
    WHERE part = 'test' AND predicted <> truth
),
hardest AS (
    FROM answers
    SELECT
        run_id, image_id, truth, predicted, probabilities[truth + 1] AS truth_prob,
        probabilities[predicted + 1] AS predicted_prob
    QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY truth_prob, image_id) <= 12
),
faces AS (
    FROM features.present JOIN features.landmarks USING (image_id, version, created_at) SELECT image_id, xyz
    WHERE feature = 'landmarks'
),
pictures AS (
    FROM features.present JOIN features.pixels USING (image_id, version, created_at) SELECT image_id, rgb
    WHERE feature = 'pixels'
)
FROM hardest AS a
JOIN catalogue.images AS i USING (image_id)
JOIN catalogue.emotions AS t ON t.label = a.truth
JOIN catalogue.emotions AS p ON p.label = a.predicted
LEFT JOIN faces AS f ON f.image_id = a.image_id
LEFT JOIN pictures AS x ON x.image_id = a.image_id
SELECT
    a.run_id, a.image_id, i.subject_id, i.path, i.camera_angle_deg, i.gaze, t.emotion AS truth, p.emotion AS predicted,
    a.truth_prob, a.predicted_prob, i.width_px, i.height_px, f.xyz, x.rgb
ORDER BY a.run_id, a.truth_prob, a.image_id
