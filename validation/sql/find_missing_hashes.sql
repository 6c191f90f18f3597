-- One row a thumbnail without a perceptual hash, which the search for near-duplicates does not see.
SELECT image_id, version
FROM counting('{batch}')
WHERE perceptual_hash IS NULL
