-- one row a file that was set aside
FROM catalogue.rejects SELECT DISTINCT corpus, path
