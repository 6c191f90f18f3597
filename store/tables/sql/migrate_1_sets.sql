-- one row a split of the older store; its rows are those that its last run saw
FROM old.splits.sets AS s
SELECT
    s.*, s.created_at AS requested_at,
    greatest(s.created_at, coalesce((SELECT max(started_at) FROM old.registry.runs AS r WHERE r.split_id = s.split_id), s.created_at)) AS as_of
