-- One row: a checksum of the current completed runs, to detect whether their comparisons are up to date.
FROM registry.current SELECT md5(coalesce(string_agg(run_id, ',' ORDER BY run_id), '')) AS state WHERE status = 'completed'
