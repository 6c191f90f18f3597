-- One row per candidate pair of photographs of two people of one corpus: the Hamming distance of their signatures.
-- Candidates share a segment of their signatures; comparing only these avoids quadratic work. Pairs of two photographs
-- that an earlier audit passed are left out.
CREATE OR REPLACE TEMP MACRO candidate_pairs() AS TABLE
WITH thumbnails AS MATERIALIZED (
    SELECT row_number() OVER () AS number, * FROM signed_thumbnails()
), segments AS (
    SELECT number, corpus, subject_id, is_new, segment, substr(signature, segment * 5 + 1, 5) AS bits
    FROM thumbnails CROSS JOIN range(51) AS segments (segment)
    WHERE signature <> ''
), pairs AS (
    SELECT DISTINCT first.number, second.number AS other_number
    FROM segments AS first
    JOIN segments AS second USING (segment, bits, corpus)
    WHERE first.is_new AND (second.number > first.number OR NOT second.is_new)
      AND second.subject_id <> first.subject_id
)
SELECT
    first.image_id, second.image_id AS other_image_id, first.version,
    bit_count(xor(unhex(first.signature)::BIT, unhex(second.signature)::BIT)) AS bits_apart
FROM pairs
JOIN thumbnails AS first ON first.number = pairs.number
JOIN thumbnails AS second ON second.number = pairs.other_number
