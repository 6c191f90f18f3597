-- Which emotion labels were corrected, when, and which runs were trained or tested with the old ones?
-- Labels are never overwritten: a correction is a later row of `catalogue.labels`, and a split keeps the labels that
-- were known when it was made. For the labels as of a date:
-- `FROM catalogue.labels_at(TIMESTAMPTZ '2026-11-22 12:00+00')`.
-- Answer: one row per correction, with the ids of the runs whose split is older and contains the photograph.
WITH changes AS (
    FROM catalogue.labels
    SELECT
        image_id, emotion AS now_labelled, known_at AS corrected_at,
        lag(emotion) OVER (PARTITION BY image_id ORDER BY known_at) AS was_labelled,
        lag(known_at) OVER (PARTITION BY image_id ORDER BY known_at) AS known_before
),
used AS (
    FROM registry.runs
    JOIN splits.sets USING (split_id)
    JOIN splits.assignments USING (split_id)
    SELECT image_id, run_id, as_of
)
FROM changes AS c
LEFT JOIN used AS u ON u.image_id = c.image_id AND u.as_of >= c.known_before AND u.as_of < c.corrected_at
JOIN catalogue.images AS i ON i.image_id = c.image_id
SELECT
    c.image_id, i.path, c.was_labelled, c.now_labelled, c.corrected_at,
    coalesce(list(u.run_id ORDER BY u.run_id) FILTER (u.run_id IS NOT NULL), []) AS runs_with_the_old_label
WHERE c.was_labelled <> c.now_labelled
GROUP BY ALL
ORDER BY c.corrected_at, c.image_id
