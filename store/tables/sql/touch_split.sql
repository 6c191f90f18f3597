-- one split that is current again, after another one of its strategy: the newest is the current one
UPDATE splits.sets AS s SET created_at = $created_at
WHERE s.split_id = $split_id
  AND EXISTS (FROM splits.sets AS o WHERE o.strategy = s.strategy AND o.created_at > s.created_at)
RETURNING s.split_id
