-- One row per corpus and part of a split.
FROM splits.assignments AS a JOIN catalogue.images AS i USING (image_id)
SELECT i.corpus, a.part, count(*) AS photographs, count(DISTINCT i.subject_id) AS people
WHERE a.split_id = $split_id
GROUP BY ALL
ORDER BY i.corpus, photographs DESC, a.part
