-- ranks of the given runs: they are made anew together
DELETE FROM registry.ranks WHERE run_id IN (SELECT unnest($run_ids))
