-- one row a photograph whose id begins or ends like a name, a few at most, the one with the fewest other letters first
FROM catalogue.images
SELECT image_id
WHERE starts_with(image_id, $beginning) OR ends_with(image_id, $ending)
ORDER BY levenshtein(image_id, $name), image_id
LIMIT 3
