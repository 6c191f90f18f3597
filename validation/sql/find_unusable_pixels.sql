-- One row a photograph whose pixels are not height x width x 3 bytes.
SELECT image_id, version
FROM counting('{batch}')
WHERE octet_length(rgb) <> getvariable('pixel_bytes')
