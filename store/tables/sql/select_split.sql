-- one row: the split of this id
FROM splits.sets WHERE split_id = $split_id
