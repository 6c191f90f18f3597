-- One row per thumbnail of nearly one colour, or with many rows of one colour, of a photograph without a face.
-- Where a face was detected there is a picture, however plain its background is.
WITH measured AS (
    SELECT image_id, version, thumbnail_measures(rgb) AS measures FROM rows_to_check('{batch}') AS thumbnails
    WHERE NOT EXISTS (FROM features.landmarks AS faces WHERE faces.image_id = thumbnails.image_id)
)
SELECT image_id, version
FROM measured
WHERE measures[1] < getvariable('min_pixel_deviation') OR measures[2] > getvariable('max_constant_row_share')
