-- One row per part of a split.
FROM splits.assignments AS a JOIN catalogue.images AS i USING (image_id)
SELECT
    part, count(*) AS photographs, count(DISTINCT subject_id) AS people,
    array_to_string(list(DISTINCT corpus), ' ') AS corpora
WHERE split_id = $split_id
GROUP BY part
ORDER BY photographs DESC, part
