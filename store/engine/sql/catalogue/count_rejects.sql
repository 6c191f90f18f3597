-- One row: the rejected files of a corpus, and how many of them every run tries to read again.
FROM catalogue.rejects
SELECT count(*) AS n_files, count(*) FILTER (reason = $retried) AS n_retried
WHERE corpus = $corpus
