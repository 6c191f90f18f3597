-- One row a person x emotion x camera angle x gaze cell of a corpus's design without a photograph.
WITH photographs AS (
    FROM {batch}
), people AS (
    SELECT DISTINCT corpus, subject_id FROM photographs
)
SELECT corpus, subject_id, emotion, camera_angle_deg, gaze
FROM people
JOIN (SELECT DISTINCT corpus, emotion FROM photographs) USING (corpus)
JOIN (SELECT DISTINCT corpus, camera_angle_deg FROM photographs) USING (corpus)
JOIN (SELECT DISTINCT corpus, gaze FROM photographs) USING (corpus)
ANTI JOIN photographs USING (corpus, subject_id, emotion, camera_angle_deg, gaze)
ORDER BY ALL
