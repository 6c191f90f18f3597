-- One row per file of a corpus, photographs and rejected files.
FROM catalogue.images SELECT corpus, path
UNION
FROM catalogue.rejects SELECT corpus, path
