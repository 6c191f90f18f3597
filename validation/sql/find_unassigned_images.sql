-- One row a photograph in use that the newest split of a strategy does not assign, though it holds others of its corpus.
WITH current AS (
    SELECT max_by(split_id, created_at) AS split_id FROM splits.sets GROUP BY strategy
), covered AS (
    SELECT DISTINCT current.split_id, members.corpus
    FROM current
    JOIN {batch} AS assignments ON assignments.split_id = current.split_id
    JOIN catalogue.images AS members ON members.image_id = assignments.image_id
)
SELECT covered.split_id, images.image_id
FROM catalogue.images AS images
JOIN covered ON covered.corpus = images.corpus
WHERE images.excluded_reason IS NULL
  AND NOT EXISTS (
      FROM {batch} AS assignments
      WHERE assignments.image_id = images.image_id AND assignments.split_id = covered.split_id
  )
