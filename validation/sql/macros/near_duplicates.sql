-- One row per pair of near-duplicate current thumbnails of two people of one corpus.
-- Only thumbnails of candidates are kept: from a list DuckDB expects few ids, and so puts these, not all thumbnails, into
-- the join's hash table.
CREATE OR REPLACE TEMP MACRO near_duplicates() AS TABLE
WITH near AS MATERIALIZED (
    FROM candidate_pairs() WHERE bits_apart <= getvariable('max_signature_distance')
), members AS (
    SELECT unnest(list(DISTINCT image_id)) AS image_id FROM (SELECT unnest([image_id, other_image_id]) AS image_id FROM near)
), thumbnails AS MATERIALIZED (
    SELECT image_id, version, rgb FROM features.pixels SEMI JOIN members USING (image_id)
), candidates AS (
    SELECT near.image_id, near.other_image_id, near.bits_apart, first.rgb, second.rgb AS other_rgb
    FROM near
    JOIN thumbnails AS first ON first.image_id = near.image_id AND first.version = near.version
    JOIN thumbnails AS second ON second.image_id = near.other_image_id AND second.version = near.version
)
SELECT image_id, other_image_id
FROM candidates
WHERE CASE WHEN bits_apart >= 0 THEN detail_correlation(rgb, other_rgb) >= getvariable('min_duplicate_correlation') END
