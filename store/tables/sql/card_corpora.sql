-- one row a corpus: its photographs, those in use, its people and the levels of its design
FROM catalogue.images
SELECT
    corpus, count(*) AS photographs, count(*) FILTER (excluded_reason IS NULL) AS in_use,
    count(DISTINCT subject_id) AS people, count(DISTINCT emotion) AS emotions,
    array_to_string(list_sort(list(DISTINCT camera_angle_deg)), ' ') AS angles_deg,
    array_to_string(list_sort(list(DISTINCT gaze)), ' ') AS gazes
GROUP BY corpus
ORDER BY corpus
