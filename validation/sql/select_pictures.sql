-- One row a thumbnail of a version that counts today, the first of the ids, which are as good as shuffled.
SELECT rgb
FROM counting('features.pixels')
WHERE version = $version AND octet_length(rgb) = getvariable('pixel_bytes')
ORDER BY image_id
LIMIT $pictures
