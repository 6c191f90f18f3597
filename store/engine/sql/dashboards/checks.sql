-- One row per check of the audits that approved this publication, failed checks first.
FROM quality.results
JOIN quality.current USING (audit_id)
SELECT stage, suite, check_name, column_name, success, severity, observed, unexpected_count
ORDER BY success, audit_id DESC, suite, check_name, column_name
