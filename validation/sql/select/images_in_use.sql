-- One row per given photograph of a corpus in use.
SELECT image_id
FROM catalogue.images
WHERE image_id IN (SELECT unnest($image_ids::VARCHAR[])) AND corpus IN (SELECT corpus FROM corpora_in_use())
