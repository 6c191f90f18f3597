-- One row per candidate pair of photographs of two people: the Hamming distance of their signatures.
SELECT 'Hamming distance of the signatures of two people' AS name, bits_apart AS value,
       getvariable('max_signature_distance') AS low, NULL::DOUBLE AS high
FROM candidate_pairs()
