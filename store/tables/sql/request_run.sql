-- one run that is asked for again: it counts before the other configurations of its model, recipe and split
UPDATE registry.runs AS r SET requested_at = $requested_at
WHERE r.run_id = $run_id
  AND EXISTS (
    FROM registry.runs AS o
    WHERE o.model = r.model AND o.recipe = r.recipe AND o.split_id = r.split_id AND o.configuration <> r.configuration
      AND o.requested_at > r.requested_at
  )
RETURNING r.run_id
