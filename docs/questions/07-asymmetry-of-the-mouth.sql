-- Is contempt the most asymmetric expression?
-- From the aligned deltas of the frontal camera: how far each corner of the mouth rises (61 is on the person's right,
-- 291 on the left; y points down), in inter-ocular distances. `asymmetry` is the mean absolute difference between the
-- two sides; `left_minus_right` keeps the sign and shows which side is preferred. Averaged per person first.
-- Answer: one row per expression, the most asymmetric first.
WITH corners AS (
    FROM features.present
    JOIN features.deltas USING (image_id, version, created_at)
    JOIN catalogue.images USING (image_id)
    SELECT subject_id, emotion, -xyz[3 * 61 + 2] AS right_rise, -xyz[3 * 291 + 2] AS left_rise
    WHERE feature = 'aligned' AND camera_angle_deg = 90
),
people AS (
    FROM corners
    SELECT
        subject_id, emotion, avg(abs(left_rise - right_rise)) AS asymmetry,
        avg(left_rise - right_rise) AS left_minus_right
    GROUP BY ALL
)
FROM people
SELECT emotion, avg(asymmetry) AS asymmetry, avg(left_minus_right) AS left_minus_right, count(*) AS n_people
GROUP BY emotion
ORDER BY asymmetry DESC
