-- One row per corpus with photographs in the current by_person split.
FROM catalogue.images
SEMI JOIN (
    FROM splits.assignments JOIN (FROM splits.current WHERE strategy = 'by_person') USING (split_id)
) USING (image_id)
SELECT DISTINCT corpus
ORDER BY corpus
