-- One row a pair of photographs of two people of one corpus whose thumbnails of today show nearly the same picture.
-- Only pictures that share a stretch of their sketches are compared, so that the work hardly grows with their pairs;
-- the last condition names `near` so that no other pair's pictures are looked at.
CREATE OR REPLACE TEMP MACRO near_pictures() AS TABLE
WITH sketched AS MATERIALIZED (
    SELECT
        row_number() OVER () AS place, pixels.image_id, pixels.version, images.corpus, images.subject_id,
        picture_sketch(pixels.rgb) AS sketch
    FROM counting('features.pixels') AS pixels
    SEMI JOIN (FROM features.current WHERE feature = 'pixels') AS today USING (version)
    JOIN catalogue.images AS images USING (image_id)
), pieces AS (
    SELECT place, corpus, subject_id, piece, substr(sketch, piece * 5 + 1, 5) AS word
    FROM sketched CROSS JOIN range(51) AS pieces (piece)
    WHERE sketch IS NOT NULL
), met AS (
    SELECT DISTINCT one.place, other.place AS other_place
    FROM pieces AS one
    JOIN pieces AS other USING (piece, word, corpus)
    WHERE other.place > one.place AND other.subject_id <> one.subject_id
), near AS (
    SELECT
        one.image_id, other.image_id AS other_image_id, one.version,
        bit_count(xor(unhex(one.sketch)::BIT, unhex(other.sketch)::BIT)) AS bits_apart
    FROM met
    JOIN sketched AS one ON one.place = met.place
    JOIN sketched AS other ON other.place = met.other_place
), seen AS (
    SELECT near.image_id, near.other_image_id, near.bits_apart, one.rgb, other.rgb AS other_rgb
    FROM (FROM near WHERE bits_apart <= getvariable('near_sketch_bits')) AS near
    JOIN features.pixels AS one ON one.image_id = near.image_id AND one.version = near.version
    JOIN features.pixels AS other ON other.image_id = near.other_image_id AND other.version = near.version
)
SELECT image_id, other_image_id
FROM seen
WHERE CASE WHEN bits_apart >= 0 THEN likeness(rgb, other_rgb) >= getvariable('same_picture_likeness') END
