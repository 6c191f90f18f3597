-- at most one row: the split of a strategy with this fingerprint
FROM splits.sets SELECT split_id WHERE strategy = $strategy AND fingerprint = $fingerprint
