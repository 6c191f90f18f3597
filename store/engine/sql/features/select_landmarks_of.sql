-- One row per requested photograph with a face, in the order of $image_ids.
SELECT l.image_id, l.xyz
FROM unnest($image_ids) WITH ORDINALITY AS requested (image_id, position)
JOIN features.landmarks AS l ON l.image_id = requested.image_id AND l.version = $landmarks
ORDER BY requested.position
