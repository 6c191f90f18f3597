-- One row per photograph whose identifier is not a SHA-256 in hexadecimal.
SELECT image_id
FROM {batch}
WHERE length(image_id) <> getvariable('sha256_length') OR regexp_matches(image_id, '[^0-9a-f]')
