-- one row a photograph in use of the named corpora
SELECT image_id, subject_id
FROM catalogue.images
WHERE excluded_reason IS NULL AND corpus IN (SELECT unnest($corpora))
ORDER BY image_id
