-- one row a person of the named corpora, with the part that the newest by_person split with this person gave
WITH placed AS (
    FROM splits.assignments AS a
    JOIN splits.sets AS s USING (split_id)
    JOIN catalogue.labels AS l ON l.image_id = a.image_id AND l.known_at <= s.as_of
    SELECT DISTINCT ON (s.split_id, a.image_id) l.subject_id, a.part, s.created_at
    WHERE s.strategy = 'by_person'
    ORDER BY s.split_id, a.image_id, l.known_at DESC
)
SELECT i.subject_id, any_value(i.sex) AS sex, any_value(i.population) AS population, arg_max(p.part, p.created_at) AS part
FROM catalogue.images AS i
LEFT JOIN placed AS p USING (subject_id)
WHERE i.excluded_reason IS NULL AND i.corpus IN (SELECT unnest($corpora))
GROUP BY i.subject_id
ORDER BY i.subject_id
