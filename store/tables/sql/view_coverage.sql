-- one row a person x emotion x camera angle x gaze cell of the design: photograph, face and delta of each kind
CREATE OR REPLACE VIEW coverage AS
WITH people AS (
    SELECT DISTINCT corpus, subject_id, sex, population FROM catalogue.images
),
cells AS (
    FROM people
    JOIN (SELECT DISTINCT corpus, emotion FROM catalogue.images) USING (corpus)
    JOIN (SELECT DISTINCT corpus, camera_angle_deg FROM catalogue.images) USING (corpus)
    JOIN (SELECT DISTINCT corpus, gaze FROM catalogue.images) USING (corpus)
),
deltas AS (
    FROM features.deltas JOIN features.views USING (version)
    SELECT image_id, bool_or(kind = 'frontal_unit') AS has_frontal_unit, bool_or(kind = 'aligned') AS has_aligned
    WHERE "view" = 'deltas'
    GROUP BY image_id
),
missed AS (
    FROM features.misses AS m JOIN features.views AS v ON v."view" = m."view" AND v.version = m.version
    SELECT
        m.image_id,
        max(m.reason) FILTER (m."view" = 'landmarks') AS landmarks_reason,
        max(m.reason) FILTER (v.kind = 'frontal_unit') AS frontal_unit_reason,
        max(m.reason) FILTER (v.kind = 'aligned') AS aligned_reason
    GROUP BY m.image_id
)
FROM cells
LEFT JOIN catalogue.images AS i USING (corpus, subject_id, emotion, camera_angle_deg, gaze)
LEFT JOIN (SELECT DISTINCT image_id FROM features.landmarks) AS l USING (image_id)
LEFT JOIN deltas AS d USING (image_id)
LEFT JOIN missed AS m USING (image_id)
SELECT
    corpus, subject_id, cells.sex, cells.population, emotion, camera_angle_deg, gaze, i.image_id,
    CASE
        WHEN i.image_id IS NULL THEN 'missing photograph'
        WHEN i.excluded_reason IS NOT NULL THEN i.excluded_reason
        WHEN l.image_id IS NULL THEN coalesce(m.landmarks_reason, 'no landmarks yet')
        WHEN NOT coalesce(d.has_aligned, false) THEN coalesce(m.aligned_reason, 'no delta yet')
        WHEN NOT coalesce(d.has_frontal_unit, false) THEN coalesce(m.frontal_unit_reason, 'no delta yet')
        ELSE 'ok'
    END AS status,
    i.image_id IS NOT NULL AS has_photograph,
    l.image_id IS NOT NULL AS has_face,
    coalesce(d.has_frontal_unit, false) AS has_frontal_unit,
    coalesce(d.has_aligned, false) AS has_aligned
ORDER BY corpus, subject_id, emotion, camera_angle_deg, gaze
