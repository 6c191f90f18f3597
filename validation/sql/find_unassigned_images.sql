-- One row a photograph in use that the newest split of a strategy does not assign.
WITH current AS (
    SELECT max_by(split_id, created_at) AS split_id FROM splits.sets GROUP BY strategy
)
SELECT current.split_id, images.image_id
FROM catalogue.images AS images CROSS JOIN current
WHERE images.excluded_reason IS NULL
  AND NOT EXISTS (
      FROM {batch} AS assignments
      WHERE assignments.image_id = images.image_id AND assignments.split_id = current.split_id
  )
