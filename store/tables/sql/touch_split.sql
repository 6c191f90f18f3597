-- one split that is asked for again: it counts before the others of its strategy, of folds before other sets of folds
UPDATE splits.sets AS s SET requested_at = $requested_at
WHERE s.split_id = $split_id
  AND EXISTS (
    FROM splits.sets AS o
    WHERE o.strategy = s.strategy AND o.requested_at > s.requested_at
      AND (s.folds_id IS NULL OR o.folds_id <> s.folds_id)
  )
RETURNING s.split_id
