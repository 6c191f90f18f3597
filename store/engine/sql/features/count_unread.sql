-- One number: the photographs of a corpus in use whose file could not be read when a feature was to be computed.
FROM features.misses_at($moment)
SEMI JOIN (FROM catalogue.images WHERE corpus = $corpus AND excluded_reason IS NULL) USING (image_id)
SELECT count(DISTINCT image_id) WHERE starts_with(reason, $retried)
