-- one row an audit that let this publication through, newest first: its checks, and the names of those that did not pass
FROM quality.results
JOIN quality.current USING (audit_id)
SELECT
    audit_id, stage, count(*) AS n_checks, count(*) FILTER (NOT success) AS n_failed,
    coalesce(string_agg(DISTINCT suite || ': ' || check_name, '; ' ORDER BY suite || ': ' || check_name)
        FILTER (NOT success), '') AS failed
GROUP BY audit_id, stage
ORDER BY audit_id DESC
