-- one row a file of the named corpora that was set aside
SELECT corpus, path, reason, detail
FROM catalogue.rejects
WHERE corpus IN (SELECT unnest($corpora))
ORDER BY ALL
