-- One row per person of the selected corpora, emotion, camera angle and kind of delta: the mean over the person's
-- photographs with current deltas.
WITH components AS (
    FROM features.present AS n
    JOIN features.deltas AS d USING (image_id, version, created_at)
    JOIN catalogue.images AS i USING (image_id)
    SELECT
        i.subject_id, i.emotion, i.camera_angle_deg, n.feature, unnest(d.xyz) AS movement,
        generate_subscripts(d.xyz, 1) AS component
    WHERE n.feature IN ('aligned', 'frontal_unit') AND i.corpus IN (SELECT unnest($corpora))
      AND i.excluded_reason IS NULL AND i.emotion <> 'unknown'
),
means AS (
    FROM components
    SELECT subject_id, emotion, camera_angle_deg, feature, component, avg(movement) AS movement, count(*) AS n
    GROUP BY ALL
)
FROM means
SELECT
    subject_id, emotion, camera_angle_deg, feature, list(movement ORDER BY component)::FLOAT[1404] AS mean_delta,
    max(n) AS n
GROUP BY subject_id, emotion, camera_angle_deg, feature
ORDER BY subject_id, emotion, camera_angle_deg, feature
