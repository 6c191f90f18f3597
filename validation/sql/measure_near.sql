-- One row a pair of pictures of two people that share a stretch of their sketches: in how many bits these differ.
SELECT 'bits in which pictures of two people differ' AS name, bits_apart AS value,
       getvariable('near_sketch_bits') AS low, NULL::DOUBLE AS high
FROM met_pictures()
