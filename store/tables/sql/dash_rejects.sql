-- one row a file that was set aside
SELECT corpus, path, reason, detail FROM catalogue.rejects ORDER BY ALL
