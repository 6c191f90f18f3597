-- At most one row: a run that is requested again and becomes the current configuration of its model, recipe and split.
-- A run that all folds pool is linked to its folds, even if they were first trained as part of an ensemble.
UPDATE registry.runs AS r
SET requested_at = $requested_at, pooled_run_id = coalesce($pooled_run_id, r.pooled_run_id)
WHERE r.run_id = $run_id
  AND (
    (r.pooled_run_id IS NULL AND $pooled_run_id IS NOT NULL)
    OR EXISTS (
        FROM registry.runs AS o
        WHERE o.model = r.model AND o.recipe = r.recipe AND o.split_id = r.split_id AND o.configuration <> r.configuration
          AND o.requested_at > r.requested_at
    )
  )
RETURNING r.run_id
