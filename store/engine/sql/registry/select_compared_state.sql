-- One row: a checksum of the current completed runs, to detect whether their comparisons are up to date, and the hash of
-- the latest declaration of a primary comparison, empty without one.
FROM registry.current SELECT md5(coalesce(string_agg(run_id, ',' ORDER BY run_id), '')) AS state,
    coalesce((SELECT arg_max(hash, declared_at) FROM registry.declarations), '') AS declaration
WHERE status = 'completed'
