-- one row an asked-for photograph with a face, in the order of the ids asked for
SELECT l.image_id, l.xyz
FROM unnest($image_ids) WITH ORDINALITY AS asked (image_id, position)
JOIN features.landmarks AS l ON l.image_id = asked.image_id AND l.version = $landmarks
ORDER BY asked.position
