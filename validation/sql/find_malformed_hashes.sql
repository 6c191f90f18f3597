-- One row a thumbnail whose perceptual hash is not 64 hexadecimal digits.
SELECT image_id, version
FROM counting('{batch}')
WHERE length(perceptual_hash) <> getvariable('sha256_length') OR regexp_matches(perceptual_hash, '[^0-9a-f]')
