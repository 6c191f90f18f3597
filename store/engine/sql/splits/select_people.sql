-- One row per person of the given corpora with labelled photographs: the emotions shown, the part in the newest by_person split that includes the
-- person, and whether models were trained on a split with that part.
WITH assigned AS (
    FROM splits.assignments AS a
    JOIN splits.sets AS s USING (split_id)
    JOIN catalogue.labels AS l ON l.image_id = a.image_id AND l.known_at <= s.as_of
    SELECT DISTINCT ON (s.split_id, a.image_id) s.split_id, l.subject_id, a.part, s.created_at
    WHERE s.strategy = 'by_person'
    ORDER BY s.split_id, a.image_id, l.known_at DESC
),
kept AS (
    FROM assigned SELECT subject_id, arg_max(part, created_at) AS part GROUP BY subject_id
),
trained AS (
    FROM assigned SEMI JOIN (FROM registry.runs WHERE status = 'completed') AS runs USING (split_id)
    SELECT DISTINCT subject_id, part
)
FROM catalogue.images AS i
LEFT JOIN kept AS k USING (subject_id)
LEFT JOIN trained AS t ON t.subject_id = i.subject_id AND t.part = k.part
SELECT
    i.subject_id, any_value(i.sex) AS sex, any_value(i.population) AS population, any_value(k.part) AS part,
    list_sort(list(DISTINCT i.emotion)) AS emotions, bool_or(t.part IS NOT NULL) AS is_trained
WHERE i.excluded_reason IS NULL AND i.emotion <> 'unknown' AND i.corpus IN (SELECT unnest($corpora))
GROUP BY i.subject_id
ORDER BY i.subject_id
