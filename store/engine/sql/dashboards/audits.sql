-- One row per audit, newest first: its number of checks, and of failed checks by severity.
FROM quality.results AS r
LEFT JOIN (FROM quality.current SELECT audit_id) AS c ON c.audit_id = r.audit_id
SELECT
    r.audit_id, regexp_extract(r.audit_id, '[a-z]+$') AS stage, count(*) AS n_checks,
    count(*) FILTER (NOT success AND severity = 'stop') AS n_stop,
    count(*) FILTER (NOT success AND severity = 'quarantine') AS n_quarantine,
    count(*) FILTER (NOT success AND severity = 'warn') AS n_warn, count(c.audit_id) > 0 AS is_current
GROUP BY r.audit_id
ORDER BY r.audit_id DESC
