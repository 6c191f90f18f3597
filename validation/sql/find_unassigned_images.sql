-- One row a photograph in use that the current split of a strategy does not assign, though it holds others of its corpus.
WITH covered AS (
    SELECT DISTINCT sets.split_id, members.corpus
    FROM splits.current AS sets
    JOIN {batch} AS assignments USING (split_id)
    JOIN catalogue.images AS members USING (image_id)
)
SELECT covered.split_id, images.image_id
FROM catalogue.images AS images
JOIN covered USING (corpus)
WHERE images.excluded_reason IS NULL
  AND NOT EXISTS (
      FROM {batch} AS assignments
      WHERE assignments.image_id = images.image_id AND assignments.split_id = covered.split_id
  )
