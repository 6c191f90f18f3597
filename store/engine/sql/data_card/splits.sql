-- One row per current split and part; of folds, only the first repeat.
FROM splits.current AS s JOIN splits.assignments AS a USING (split_id) JOIN catalogue.images AS i USING (image_id)
SELECT strategy, split_id, a.part, count(*) AS photographs, count(DISTINCT i.subject_id) AS people
WHERE coalesce("repeat", 0) = 0
GROUP BY ALL
ORDER BY strategy DESC, photographs DESC, part
