-- One row per training row whose thumbnail is not height x width x 3 bytes; NULL is allowed.
SELECT image_id
FROM rows_to_check('{batch}')
WHERE octet_length(rgb) <> getvariable('pixel_bytes')
