-- One row per corpus, version of the current aligned deltas, emotion and camera angle: the mean over people of each
-- person's mean movement of the landmarks.
WITH components AS (
    FROM features.present AS p
    JOIN features.current AS c USING (version)
    JOIN features.deltas AS d ON d.image_id = p.image_id AND d.version = p.version AND d.created_at = p.created_at
    JOIN catalogue.images AS i ON i.image_id = p.image_id
    SELECT
        i.corpus, p.version, i.emotion, i.camera_angle_deg, i.subject_id, i.image_id,
        unnest(d.xyz) AS movement, generate_subscripts(d.xyz, 1) AS component
    WHERE c.kind = 'aligned' AND i.excluded_reason IS NULL AND i.emotion <> 'unknown'
),
of_person AS (
    FROM components
    SELECT
        corpus, version, emotion, camera_angle_deg, subject_id, component, avg(movement) AS movement, count(*) AS n_images
    GROUP BY ALL
),
of_emotion AS (
    FROM of_person
    SELECT
        corpus, version, emotion, camera_angle_deg, component, avg(movement) AS movement, sum(n_images) AS n_images,
        count(*) AS n_people
    GROUP BY ALL
)
FROM of_emotion
SELECT
    corpus, version, emotion, camera_angle_deg, list(movement ORDER BY component)::FLOAT[1404] AS xyz,
    max(n_images)::UINTEGER AS n_images, max(n_people)::UINTEGER AS n_people
GROUP BY corpus, version, emotion, camera_angle_deg
ORDER BY ALL
