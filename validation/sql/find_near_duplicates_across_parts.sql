-- One row a pair of photographs in two parts of the current by_person split that show nearly the same picture.
-- Only pictures that share a stretch of their hash are compared, so that the work grows with the rows, not their pairs;
-- the last condition names `near` so that no other pair's pictures are looked at.
WITH members AS (
    SELECT sets.split_id, pixels.image_id, pixels.rowid AS place, assignments.part, pixels.perceptual_hash
    FROM {batch} AS assignments
    JOIN splits.current AS sets USING (split_id)
    JOIN features.pixels AS pixels
      ON pixels.image_id = assignments.image_id AND pixels.version = (sets.feature_versions->>'pixels')
    WHERE sets.strategy = getvariable('by_person') AND length(pixels.perceptual_hash) = getvariable('sha256_length')
), pieces AS (
    SELECT
        split_id, image_id, place, part, unhex(perceptual_hash)::BIT AS bits, piece,
        substr(perceptual_hash, piece * 5 + 1, 5) AS word
    FROM members CROSS JOIN range(13) AS pieces (piece)
), near AS (
    SELECT DISTINCT
        one.split_id, one.image_id, other.image_id AS other_image_id, one.place, other.place AS other_place,
        bit_count(xor(one.bits, other.bits)) AS bits_apart
    FROM pieces AS one
    JOIN pieces AS other ON other.piece = one.piece AND other.word = one.word AND other.part > one.part
    WHERE bit_count(xor(one.bits, other.bits)) <= getvariable('near_duplicate_bits')
)
SELECT near.split_id, near.image_id, near.other_image_id
FROM near
JOIN features.pixels AS one ON one.rowid = near.place
JOIN features.pixels AS other ON other.rowid = near.other_place
WHERE CASE WHEN near.bits_apart >= 0 THEN likeness(one.rgb, other.rgb) >= getvariable('same_picture_likeness') END
