-- At most one row: the split with this id.
FROM splits.sets WHERE split_id = $split_id
