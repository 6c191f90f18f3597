-- One row per split with rated photographs: when the latest ratings of its photographs by people were stored.
FROM catalogue.ratings JOIN splits.assignments USING (image_id)
SELECT split_id, max(known_at) AS known_at
GROUP BY split_id
