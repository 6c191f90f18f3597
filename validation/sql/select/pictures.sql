-- One row per valid thumbnail of a version, first in the order of the ids, which is as good as random.
SELECT rgb
FROM valid_rows('features.pixels')
WHERE version = $version AND octet_length(rgb) = getvariable('pixel_bytes')
ORDER BY image_id
LIMIT $pictures
