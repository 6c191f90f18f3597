-- one row a person of the named corpora, with the part that the newest by_person split with this person gave
WITH placed AS (
    FROM splits.assignments AS a
    JOIN splits.sets AS s USING (split_id)
    JOIN catalogue.images AS i USING (image_id)
    SELECT i.subject_id, arg_max(a.part, s.created_at) AS part
    WHERE s.strategy = 'by_person'
    GROUP BY i.subject_id
)
SELECT i.subject_id, any_value(i.sex) AS sex, any_value(i.population) AS population, any_value(p.part) AS part
FROM catalogue.images AS i
LEFT JOIN placed AS p USING (subject_id)
WHERE i.excluded_reason IS NULL AND i.corpus IN (SELECT unnest($corpora))
GROUP BY i.subject_id
ORDER BY i.subject_id
