-- One row per photograph in the {part} part of the current by_person split, with the features that it had then.
CREATE OR REPLACE VIEW splits.{part} AS
WITH shown AS (
    FROM quality.settings AS t JOIN splits.sets AS s ON s.split_id = t.setting
    SELECT s.split_id, s.as_of, s.feature_versions
    WHERE t.key = 'materialized_split'
),
members AS (
    FROM splits.assignments JOIN shown USING (split_id) SELECT image_id, as_of, feature_versions WHERE part = '{part}'
),
known AS (
    FROM catalogue.labels AS k JOIN members AS m USING (image_id)
    SELECT k.*
    WHERE k.known_at <= m.as_of
    QUALIFY row_number() OVER (PARTITION BY k.image_id ORDER BY k.known_at DESC) = 1
),
stored AS (
    FROM features.landmarks SELECT image_id, version, created_at
    UNION ALL FROM features.deltas SELECT image_id, version, created_at
    UNION ALL FROM features.pixels SELECT image_id, version, created_at
),
latest AS (
    FROM stored AS v JOIN members AS m USING (image_id)
    SELECT v.image_id, v.version, max(v.created_at) AS created_at
    WHERE v.created_at <= m.as_of
    GROUP BY ALL
),
present AS (
    FROM latest AS v JOIN members AS m USING (image_id)
    SELECT v.image_id, v.version, v.created_at
    WHERE NOT EXISTS (
        FROM features.misses AS n
        WHERE n.image_id = v.image_id AND n.version = v.version AND n.created_at > v.created_at
          AND n.created_at <= m.as_of AND coalesce(n.released_at > m.as_of, true)
    )
),
landmarks AS (
    FROM features.landmarks JOIN present USING (image_id, version, created_at) SELECT image_id, version, xyz
),
deltas AS (
    FROM features.deltas JOIN present USING (image_id, version, created_at) SELECT image_id, version, xyz
),
pixels AS (
    FROM features.pixels JOIN present USING (image_id, version, created_at) SELECT image_id, version, rgb
)
SELECT
    m.image_id, k.subject_id, k.sex, k.population, k.emotion, e.label, k.camera_angle_deg, k.gaze,
    l.xyz AS landmarks, f.xyz AS frontal_unit, d.xyz AS aligned, p.rgb
FROM members AS m
JOIN known AS k USING (image_id)
JOIN catalogue.emotions AS e USING (emotion)
LEFT JOIN landmarks AS l ON l.image_id = m.image_id AND l.version = (m.feature_versions->>'landmarks')
LEFT JOIN deltas AS f ON f.image_id = m.image_id AND f.version = (m.feature_versions->>'frontal_unit')
LEFT JOIN deltas AS d ON d.image_id = m.image_id AND d.version = (m.feature_versions->>'aligned')
LEFT JOIN pixels AS p ON p.image_id = m.image_id AND p.version = (m.feature_versions->>'pixels')
ORDER BY m.image_id
