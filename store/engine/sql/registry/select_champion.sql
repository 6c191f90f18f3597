-- At most one row: the champion of a corpus, with the run that won or last defended the title.
FROM registry.promotions AS p
JOIN registry.runs AS r USING (run_id)
SELECT p.run_id, r.model, r.recipe, p.promoted_at, p.reason
WHERE p.alias = 'champion' AND EXISTS (
    FROM splits.assignments AS a JOIN catalogue.images AS i USING (image_id)
    WHERE a.split_id = r.split_id AND i.corpus = $corpus
)
ORDER BY p.promoted_at DESC
LIMIT 1
