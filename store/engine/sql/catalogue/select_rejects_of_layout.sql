-- One row per rejected file of the corpora that were last read by a layout.
FROM catalogue.rejects SELECT DISTINCT corpus, path
WHERE concat($prefix, corpus) IN (FROM quality.settings SELECT key WHERE setting = $layout)
