-- One row per deleted row: those of a corpus and these versions of features, which are computed again together.
DELETE FROM features.repeatability
WHERE corpus = $corpus AND version IN (SELECT unnest($versions::VARCHAR[]))
RETURNING component
