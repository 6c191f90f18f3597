-- one row a thumbnail that had no perceptual hash
UPDATE features.pixels AS p SET perceptual_hash = h.perceptual_hash
FROM hashed AS h
WHERE h.image_id = p.image_id AND h.version = p.version
RETURNING p.image_id
