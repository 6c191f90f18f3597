-- one split: the fingerprint over its rows as today's version takes it
UPDATE splits.sets SET fingerprint = $fingerprint WHERE split_id = $split_id
