-- one row a person with photographs in use, with the part of the newest by_person split that already has the person
WITH newest AS (
    SELECT split_id FROM splits.sets WHERE strategy = 'by_person' ORDER BY created_at DESC LIMIT 1
),
placed AS (
    SELECT i.subject_id, any_value(a.part) AS part
    FROM splits.assignments AS a
    JOIN newest USING (split_id)
    JOIN catalogue.images AS i USING (image_id)
    GROUP BY i.subject_id
)
SELECT i.subject_id, any_value(i.sex) AS sex, any_value(i.population) AS population, any_value(p.part) AS part
FROM catalogue.images AS i
LEFT JOIN placed AS p USING (subject_id)
WHERE i.excluded_reason IS NULL
GROUP BY i.subject_id
ORDER BY i.subject_id
