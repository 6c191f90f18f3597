-- comparisons of the given runs: they are made anew together, because Holm's adjustment is over all pairs of a split
DELETE FROM registry.comparisons WHERE run_id IN (SELECT unnest($run_ids)) OR other_run_id IN (SELECT unnest($run_ids))
