-- One row per thumbnail that is not height x width x 3 bytes.
SELECT image_id, version
FROM rows_to_check('{batch}')
WHERE octet_length(rgb) <> getvariable('pixel_bytes')
