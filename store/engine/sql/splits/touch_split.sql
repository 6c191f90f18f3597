-- At most one row: a split that is requested again and becomes the current one of its strategy.
UPDATE splits.sets AS s SET requested_at = $requested_at
WHERE s.split_id = $split_id
  AND EXISTS (
    FROM splits.sets AS o
    WHERE o.strategy = s.strategy AND o.requested_at > s.requested_at
      AND (s.folds_id IS NULL OR o.folds_id <> s.folds_id)
  )
RETURNING s.split_id
