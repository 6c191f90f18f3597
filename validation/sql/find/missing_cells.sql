-- One row per design cell (person x emotion x camera angle x gaze) of a corpus in use without a photograph.
WITH photographs AS (
    FROM {batch} WHERE corpus IN (SELECT corpus FROM corpora_in_use()) AND missing_since IS NULL
), people AS (
    SELECT DISTINCT corpus, subject_id FROM photographs
), gazes AS (  -- of the design: unknown is one only in corpora without known gazes
    SELECT corpus, gaze
    FROM photographs
    GROUP BY corpus, gaze
    QUALIFY gaze <> 'unknown' OR count(*) OVER (PARTITION BY corpus) = 1
)
SELECT corpus, subject_id, emotion, camera_angle_deg, gaze
FROM people
JOIN (SELECT DISTINCT corpus, emotion FROM photographs WHERE emotion <> 'unknown') USING (corpus)
JOIN (SELECT DISTINCT corpus, camera_angle_deg FROM photographs) USING (corpus)
JOIN gazes USING (corpus)
ANTI JOIN photographs USING (corpus, subject_id, emotion, camera_angle_deg, gaze)
ORDER BY ALL
