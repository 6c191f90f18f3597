-- One row per thumbnail that is not height x width x 3 bytes.
SELECT image_id, version
FROM valid_rows('{batch}')
WHERE octet_length(rgb) <> getvariable('pixel_bytes')
