-- One number: the active photographs of a corpus.
FROM catalogue.images SELECT count(*) WHERE corpus = $corpus AND excluded_reason IS NULL
