-- One row per corpus in the catalogue.
SELECT DISTINCT corpus FROM catalogue.images ORDER BY corpus
