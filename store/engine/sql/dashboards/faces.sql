-- One row per emotion: the mean of the current aligned deltas over the frontal photographs of the selected corpora.
WITH components AS (
    FROM features.present AS n
    JOIN features.deltas AS d USING (image_id, version, created_at)
    JOIN catalogue.images AS i USING (image_id)
    SELECT i.emotion, i.camera_angle_deg, unnest(d.xyz) AS movement, generate_subscripts(d.xyz, 1) AS component
    WHERE n.feature = 'aligned' AND i.camera_angle_deg = $frontal_deg AND i.corpus IN (SELECT unnest($corpora))
      AND i.excluded_reason IS NULL
),
means AS (
    FROM components SELECT emotion, camera_angle_deg, component, avg(movement) AS movement, count(*) AS n GROUP BY ALL
)
FROM means
JOIN catalogue.emotions USING (emotion)
SELECT emotion, camera_angle_deg, list(movement ORDER BY component) AS mean_delta, max(n) AS n
GROUP BY emotion, camera_angle_deg, label
ORDER BY label
