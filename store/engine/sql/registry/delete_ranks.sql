-- No rows: deletes the ranks of these runs, which are computed again together.
DELETE FROM registry.ranks WHERE run_id IN (SELECT unnest($run_ids))
