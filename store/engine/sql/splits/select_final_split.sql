-- At most one row: the split that trains on everybody, of the photographs of the current by_person split.
FROM splits.sets
SEMI JOIN (FROM splits.current WHERE strategy = 'by_person') AS shown USING (members_fingerprint)
SELECT split_id
WHERE strategy = 'final'
ORDER BY requested_at DESC
LIMIT 1
