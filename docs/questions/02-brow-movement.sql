-- Which expression moves the eyebrows most, and does it raise or lower them?
-- From the aligned deltas of the frontal camera, which are displacements from the person's own neutral face in
-- inter-ocular distances: the mean length of the vectors of the twenty eyebrow landmarks, and how far they rise (y
-- points down), averaged over each person's photographs first and then over people.
-- Answer: one row per expression, the largest movement first.
WITH brows AS (
    FROM features.present
    JOIN features.deltas USING (image_id, version, created_at)
    JOIN catalogue.images USING (image_id)
    SELECT
        subject_id, emotion, magnitude, xyz,
        [46, 52, 53, 55, 63, 65, 66, 70, 105, 107, 276, 282, 283, 285, 293, 295, 296, 300, 334, 336] AS landmarks
    WHERE feature = 'aligned' AND camera_angle_deg = 90
),
people AS (
    FROM brows
    SELECT
        subject_id, emotion,
        avg(list_avg(list_transform(landmarks, lambda k: magnitude[k + 1]))) AS movement,
        avg(list_avg(list_transform(landmarks, lambda k: -xyz[3 * k + 2]))) AS rise
    GROUP BY ALL
)
FROM people
SELECT emotion, avg(movement) AS movement, avg(rise) AS rise, count(*) AS n_people
GROUP BY emotion
ORDER BY movement DESC
