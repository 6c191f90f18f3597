-- One row per corpus with photographs that were last seen below a folder.
SELECT DISTINCT corpus FROM catalogue.images WHERE starts_with(path, $folder) ORDER BY corpus
