-- One row per corpus: its photographs, the active ones, its people, and the factor levels of its design.
FROM catalogue.images
SELECT
    corpus, count(*) AS photographs, count(*) FILTER (excluded_reason IS NULL) AS active,
    count(DISTINCT subject_id) AS people, count(DISTINCT emotion) FILTER (emotion <> 'unknown') AS emotions,
    count(*) FILTER (emotion = 'unknown') AS unlabelled,
    array_to_string(list_sort(list(DISTINCT camera_angle_deg)), ' ') AS angles_deg,
    array_to_string(list_sort(list(DISTINCT gaze)), ' ') AS gazes
WHERE missing_since IS NULL
GROUP BY corpus
ORDER BY corpus
