-- one row a split
SELECT split_id FROM splits.sets ORDER BY created_at
