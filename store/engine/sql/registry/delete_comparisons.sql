-- No rows: deletes the comparisons of these runs; Holm's adjustment covers all pairs of a split, so they are computed
-- again together.
DELETE FROM registry.comparisons WHERE run_id IN (SELECT unnest($run_ids)) OR other_run_id IN (SELECT unnest($run_ids))
