-- one row a strategy: its newest split
FROM splits.sets
SELECT strategy, split_id
QUALIFY row_number() OVER (PARTITION BY strategy ORDER BY created_at DESC) = 1
ORDER BY strategy DESC
