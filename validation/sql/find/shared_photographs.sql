-- One row per active photograph that is a near-duplicate of one of another person in the corpus.
WITH pairs AS (
    SELECT near.image_id, near.other_image_id
    FROM near_duplicates() AS near
    JOIN {batch} AS first ON first.image_id = near.image_id
    JOIN {batch} AS second ON second.image_id = near.other_image_id
    WHERE first.excluded_reason IS NULL AND second.excluded_reason IS NULL
)
SELECT image_id, min(other_image_id) AS other_image_id
FROM (FROM pairs UNION ALL SELECT other_image_id, image_id FROM pairs) AS both_ways
GROUP BY image_id
