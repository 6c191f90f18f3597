-- One row per assignment, in a current split, of a photograph that is unknown or excluded.
SELECT assignments.split_id, assignments.image_id
FROM {batch} AS assignments
JOIN splits.current AS sets USING (split_id)
LEFT JOIN catalogue.images AS images USING (image_id)
WHERE images.image_id IS NULL OR images.excluded_reason IS NOT NULL
