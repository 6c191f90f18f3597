-- One row: the rejected files of a corpus, and how many of them may be accepted by another run: a file that could not be
-- read, and a copy of a photograph of another corpus, whose own file may vanish.
FROM catalogue.rejects
SELECT
    count(*) AS n_files,
    count(*) FILTER (
        reason = $retried OR (reason = $copied AND (SELECT count(DISTINCT corpus) > 1 FROM catalogue.images))
    ) AS n_retried
WHERE corpus = $corpus
