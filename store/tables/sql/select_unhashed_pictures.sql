-- one row a thumbnail without a perceptual hash
FROM features.pixels SELECT image_id, version, rgb WHERE perceptual_hash IS NULL
