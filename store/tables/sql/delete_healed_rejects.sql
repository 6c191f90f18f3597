-- rejects of a corpus whose file is no longer rejected
DELETE FROM catalogue.rejects
WHERE corpus = $corpus AND path NOT IN (SELECT unnest($paths::VARCHAR[]))
RETURNING path
