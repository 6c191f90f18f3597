-- one row a rejected file of a corpus
SELECT path, reason FROM catalogue.rejects WHERE corpus = $corpus
