-- One row a photograph in use that shows nearly the same picture as one of another person in the corpus.
WITH pairs AS (
    SELECT near.image_id, near.other_image_id
    FROM near_pictures() AS near
    JOIN {batch} AS one ON one.image_id = near.image_id
    JOIN {batch} AS other ON other.image_id = near.other_image_id
    WHERE one.excluded_reason IS NULL AND other.excluded_reason IS NULL
)
SELECT image_id, min(other_image_id) AS other_image_id
FROM (FROM pairs UNION ALL SELECT other_image_id, image_id FROM pairs) AS both_ways
GROUP BY image_id
