-- One row per cell of the design (person x emotion x camera angle x gaze) and photograph in it, and per unlabelled
-- photograph (emotion 'unknown'), which is in no cell: whether it has a face
-- and each kind of delta. The status 'own reference' is that of a complete photograph against which others are compared.
CREATE OR REPLACE VIEW coverage AS
WITH photographs AS (
    FROM catalogue.images WHERE missing_since IS NULL
),
people AS (
    SELECT DISTINCT corpus, subject_id, sex, population FROM photographs
),
gazes AS (  -- of the design: unknown is one only in corpora without known gazes
    FROM photographs
    SELECT corpus, gaze
    GROUP BY corpus, gaze
    QUALIFY gaze <> 'unknown' OR count(*) OVER (PARTITION BY corpus) = 1
),
cells AS (
    FROM people
    JOIN (SELECT DISTINCT corpus, emotion FROM photographs WHERE emotion <> 'unknown') USING (corpus)
    JOIN (SELECT DISTINCT corpus, camera_angle_deg FROM photographs) USING (corpus)
    JOIN gazes USING (corpus)
    SELECT corpus, subject_id, sex, population, emotion, camera_angle_deg, gaze
    UNION
    SELECT corpus, subject_id, sex, population, emotion, camera_angle_deg, gaze FROM photographs
),
has AS (
    FROM features.present
    SELECT
        image_id, bool_or(feature = 'landmarks') AS has_face,
        bool_or(feature = 'frontal_unit') AS has_frontal_unit, bool_or(feature = 'aligned') AS has_aligned
    GROUP BY image_id
),
missing AS (
    FROM features.absent
    SELECT
        image_id,
        max(reason) FILTER (feature = 'landmarks') AS landmarks_reason,
        max(reason) FILTER (feature = 'frontal_unit') AS frontal_unit_reason,
        max(reason) FILTER (feature = 'aligned') AS aligned_reason
    GROUP BY image_id
)
FROM cells
LEFT JOIN photographs AS i USING (corpus, subject_id, emotion, camera_angle_deg, gaze)
LEFT JOIN has AS h USING (image_id)
LEFT JOIN missing AS m USING (image_id)
SELECT
    corpus, subject_id, cells.sex, cells.population, emotion, camera_angle_deg, gaze, i.image_id,
    CASE
        WHEN i.image_id IS NULL THEN 'missing photograph'
        WHEN i.excluded_reason IS NOT NULL THEN i.excluded_reason
        WHEN NOT coalesce(h.has_face, false) THEN coalesce(m.landmarks_reason, 'no landmarks yet')
        WHEN NOT h.has_aligned AND coalesce(m.aligned_reason, '') <> 'own reference'
            THEN coalesce(m.aligned_reason, 'no delta yet')
        WHEN NOT h.has_frontal_unit AND coalesce(m.frontal_unit_reason, '') <> 'own reference'
            THEN coalesce(m.frontal_unit_reason, 'no delta yet')
        WHEN NOT (h.has_aligned AND h.has_frontal_unit) THEN 'own reference'
        ELSE 'ok'
    END AS status,
    i.image_id IS NOT NULL AS has_photograph,
    coalesce(h.has_face, false) AS has_face,
    coalesce(h.has_frontal_unit, false) AS has_frontal_unit,
    coalesce(h.has_aligned, false) AS has_aligned
ORDER BY corpus, subject_id, emotion, camera_angle_deg, gaze
