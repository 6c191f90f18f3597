-- One row per split, the oldest first.
SELECT split_id FROM splits.sets ORDER BY created_at
