-- One row per run on the leaderboard and misclassified test photograph, the twelve with the lowest probability of the
-- true emotion; with landmarks, and with the thumbnail if faces are published.
WITH errors AS (
    FROM registry.predictions
    SEMI JOIN leaderboard USING (run_id)
    SELECT run_id, image_id, truth, predicted, list_value(*COLUMNS('.*_prob')) AS eight, further_chances
    WHERE part = 'test' AND predicted <> truth
),
hardest AS (
    FROM errors
    JOIN catalogue.emotions AS t ON t.label = truth
    JOIN catalogue.emotions AS p ON p.label = predicted
    SELECT
        run_id, image_id, t.emotion AS truth, p.emotion AS predicted,
        coalesce(eight[truth + 1], further_chances[t.emotion]) AS truth_prob,
        coalesce(eight[predicted + 1], further_chances[p.emotion]) AS predicted_prob
    QUALIFY row_number() OVER (PARTITION BY run_id ORDER BY truth_prob, image_id) <= 12
),
faces AS (
    FROM features.present JOIN features.landmarks USING (image_id, version, created_at) SELECT image_id, xyz
    WHERE feature = 'landmarks'
),
thumbnails AS (
    FROM features.present JOIN features.pixels USING (image_id, version, created_at) SELECT image_id, rgb
    WHERE feature = 'pixels'
)
FROM hardest AS h
JOIN catalogue.images AS i USING (image_id)
LEFT JOIN faces AS f ON f.image_id = h.image_id
LEFT JOIN thumbnails AS b ON b.image_id = h.image_id
SELECT
    h.run_id, h.image_id, i.subject_id, i.path, i.camera_angle_deg, i.gaze, h.truth, h.predicted,
    h.truth_prob, h.predicted_prob, i.width_px, i.height_px, f.xyz, b.rgb
ORDER BY h.run_id, h.truth_prob, h.image_id
