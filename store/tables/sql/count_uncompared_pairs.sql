-- one number: pairs of current completed runs of one split that are not compared yet
WITH newest AS (
    FROM registry.runs JOIN splits.current AS sets USING (split_id)
    SELECT run_id, strategy
    WHERE status = 'completed'
    QUALIFY row_number() OVER (PARTITION BY model, recipe, strategy ORDER BY runs.requested_at DESC) = 1
)
SELECT count(*)
FROM newest AS a
JOIN newest AS b ON a.strategy = b.strategy AND a.run_id < b.run_id
WHERE NOT EXISTS (
    FROM registry.comparisons AS c
    WHERE (c.run_id = a.run_id AND c.other_run_id = b.run_id) OR (c.run_id = b.run_id AND c.other_run_id = a.run_id)
)
