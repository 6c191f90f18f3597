-- one row a corpus with photographs in the current by_person split
FROM catalogue.images
SEMI JOIN (
    FROM splits.assignments
    JOIN (FROM splits.sets WHERE strategy = 'by_person' ORDER BY created_at DESC LIMIT 1) USING (split_id)
) USING (image_id)
SELECT DISTINCT corpus
ORDER BY corpus
