-- one row a photograph of a corpus
SELECT path FROM catalogue.images WHERE corpus = $corpus
