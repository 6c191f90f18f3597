-- No rows: deletes the assignments of a split, which are stored again.
DELETE FROM splits.assignments WHERE split_id = $split_id
