-- One row per rejected file of the selected corpora and reason.
SELECT corpus, path, reason, detail
FROM catalogue.rejects
WHERE corpus IN (SELECT unnest($corpora))
ORDER BY ALL
