-- At most one row: the split of a strategy, repeat and fold with this fingerprint.
FROM splits.sets
SELECT split_id
WHERE strategy = $strategy AND fingerprint = $fingerprint
  AND folds_id IS NOT DISTINCT FROM $folds_id AND "repeat" IS NOT DISTINCT FROM $repeat AND fold IS NOT DISTINCT FROM $fold
