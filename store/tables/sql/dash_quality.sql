-- one row a stage, its newest audit: its checks, and the names of those that warned or set rows aside
FROM quality.results
SELECT
    audit_id, regexp_extract(audit_id, '[a-z]+$') AS stage, count(*) AS n_checks,
    count(*) FILTER (NOT success) AS n_failed,
    coalesce(string_agg(DISTINCT suite || ': ' || check_name, '; ' ORDER BY suite || ': ' || check_name)
        FILTER (NOT success), '') AS failed
GROUP BY audit_id, stage
QUALIFY row_number() OVER (PARTITION BY stage ORDER BY audit_id DESC) = 1
ORDER BY audit_id DESC
