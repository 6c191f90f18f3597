-- One row per design cell (person x emotion x camera angle x gaze) of a corpus in use with more than one photograph.
-- Where the emotion or the gaze is unknown, photographs may differ in it.
SELECT corpus, subject_id, emotion, camera_angle_deg, gaze
FROM {batch}
WHERE corpus IN (SELECT corpus FROM corpora_in_use()) AND missing_since IS NULL AND removed_at IS NULL
  AND emotion <> 'unknown' AND gaze <> 'unknown'
GROUP BY ALL
HAVING count(*) > 1
ORDER BY ALL
