-- One row a training row whose picture is not height x width x 3 bytes; one that is NULL is a miss.
SELECT image_id
FROM {batch}
WHERE octet_length(rgb) <> getvariable('pixel_bytes')
