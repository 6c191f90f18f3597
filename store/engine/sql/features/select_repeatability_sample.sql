-- One row per sample behind the repeatability of a corpus in these versions of features: its hash.
FROM features.repeatability
SELECT DISTINCT sample_hash
WHERE corpus = $corpus AND version IN (SELECT unnest($versions::VARCHAR[]))
