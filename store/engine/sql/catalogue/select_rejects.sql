-- One row per rejected file.
FROM catalogue.rejects SELECT DISTINCT corpus, path
