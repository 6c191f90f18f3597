-- one run that is asked for again: it counts before the other configurations of its model, recipe and split
-- and one that a run of all folds pools is known as a part of it, also where it was first trained as a part of an ensemble
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
