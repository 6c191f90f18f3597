-- One row per corpus and folder that holds photographs of it.
FROM catalogue.images SELECT DISTINCT corpus, parse_dirpath(path) AS folder ORDER BY ALL
