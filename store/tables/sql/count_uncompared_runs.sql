-- one number: newest completed runs that stand in no comparison, though there is another of their split to compare with
WITH newest AS (
    FROM registry.runs JOIN splits.sets USING (split_id)
    SELECT run_id, strategy
    WHERE status = 'completed'
    QUALIFY row_number() OVER (PARTITION BY model, recipe, strategy ORDER BY started_at DESC) = 1
)
SELECT count(*)
FROM newest AS n
WHERE EXISTS (FROM newest AS o WHERE o.strategy = n.strategy AND o.run_id <> n.run_id)
  AND NOT EXISTS (FROM registry.comparisons AS c WHERE n.run_id IN (c.run_id, c.other_run_id))
