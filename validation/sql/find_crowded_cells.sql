-- One row a person x emotion x camera angle x gaze cell of a corpus's design with more than one photograph.
SELECT corpus, subject_id, emotion, camera_angle_deg, gaze
FROM {batch}
GROUP BY ALL
HAVING count(*) > 1
ORDER BY ALL
