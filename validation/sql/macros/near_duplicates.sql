-- One row per pair of near-duplicate current thumbnails of two people of one corpus.
-- The last condition names `candidates` so that no other pair's thumbnails are read.
CREATE OR REPLACE TEMP MACRO near_duplicates() AS TABLE
WITH candidates AS (
    SELECT near.image_id, near.other_image_id, near.bits_apart, first.rgb, second.rgb AS other_rgb
    FROM (FROM candidate_pairs() WHERE bits_apart <= getvariable('max_signature_distance')) AS near
    JOIN features.pixels AS first ON first.image_id = near.image_id AND first.version = near.version
    JOIN features.pixels AS second ON second.image_id = near.other_image_id AND second.version = near.version
)
SELECT image_id, other_image_id
FROM candidates
WHERE CASE WHEN bits_apart >= 0 THEN detail_correlation(rgb, other_rgb) >= getvariable('min_duplicate_correlation') END
