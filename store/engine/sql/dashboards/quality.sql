-- One row per audit that approved this publication, newest first: its number of checks, and the names of the failed
-- ones.
FROM quality.results
JOIN quality.current USING (audit_id)
SELECT
    audit_id, stage, count(*) AS n_checks, count(*) FILTER (NOT success) AS n_failed,
    coalesce(string_agg(DISTINCT suite || ': ' || check_name, '; ' ORDER BY suite || ': ' || check_name)
        FILTER (NOT success), '') AS failed
GROUP BY audit_id, stage
ORDER BY audit_id DESC
