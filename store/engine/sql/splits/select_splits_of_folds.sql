-- One row per fold of one repeat, with the split in which its people are tested.
FROM splits.sets SELECT fold, split_id WHERE strategy = 'fold' AND folds_id = $folds_id AND "repeat" = $repeat ORDER BY fold
