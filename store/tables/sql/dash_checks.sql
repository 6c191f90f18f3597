-- one row a check of the audits that let this publication through; those that did not pass come first
FROM quality.results
JOIN quality.current USING (audit_id)
SELECT stage, suite, check_name, column_name, success, severity, observed, unexpected_count
ORDER BY success, audit_id DESC, suite, check_name, column_name
