-- One row a pair of photographs of two people of one corpus whose sketches share a stretch: in how many bits they differ.
-- Only these are compared, so that the work hardly grows with the pairs.
CREATE OR REPLACE TEMP MACRO met_pictures() AS TABLE
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
    WHERE sketch <> ''
), met AS (
    SELECT DISTINCT one.place, other.place AS other_place
    FROM pieces AS one
    JOIN pieces AS other USING (piece, word, corpus)
    WHERE other.place > one.place AND other.subject_id <> one.subject_id
)
SELECT
    one.image_id, other.image_id AS other_image_id, one.version,
    bit_count(xor(unhex(one.sketch)::BIT, unhex(other.sketch)::BIT)) AS bits_apart
FROM met
JOIN sketched AS one ON one.place = met.place
JOIN sketched AS other ON other.place = met.other_place
