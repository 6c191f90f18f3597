-- One row an assignment of the newest split of a strategy whose photograph is unknown or not in use.
WITH current AS (
    SELECT max_by(split_id, created_at) AS split_id FROM splits.sets GROUP BY strategy
)
SELECT assignments.split_id, assignments.image_id
FROM {batch} AS assignments
JOIN current ON current.split_id = assignments.split_id
LEFT JOIN catalogue.images AS images ON images.image_id = assignments.image_id
WHERE images.image_id IS NULL OR images.excluded_reason IS NOT NULL
