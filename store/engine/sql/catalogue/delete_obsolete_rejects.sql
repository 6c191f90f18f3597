-- One row per deleted reject: files of a corpus that are not in $paths, because they were removed or are valid now.
DELETE FROM catalogue.rejects
WHERE corpus = $corpus AND path NOT IN (SELECT unnest($paths::VARCHAR[]))
RETURNING path
