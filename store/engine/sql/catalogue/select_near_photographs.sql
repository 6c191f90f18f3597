-- One row per photograph whose id shares a prefix or suffix with a given name: at most three, most similar first.
FROM catalogue.images
SELECT image_id
WHERE starts_with(image_id, $beginning) OR ends_with(image_id, $ending)
ORDER BY levenshtein(image_id, $name), image_id
LIMIT 3
