-- one row a photograph in use
SELECT image_id, subject_id FROM catalogue.images WHERE excluded_reason IS NULL ORDER BY image_id
