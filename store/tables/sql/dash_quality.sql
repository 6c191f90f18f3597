-- one row an audit that let this publication through, newest first: its checks, and the names of those that did not pass
WITH audits AS (
    FROM quality.results
    SELECT
        audit_id, regexp_extract(audit_id, '[a-z]+$') AS stage, count(*) AS n_checks,
        count(*) FILTER (NOT success) AS n_failed,
        coalesce(string_agg(DISTINCT suite || ': ' || check_name, '; ' ORDER BY suite || ': ' || check_name)
            FILTER (NOT success), '') AS failed
    GROUP BY audit_id
),
-- an audit of the features has those of rows and splits in it: the newer way counts
newest AS (
    FROM audits
    SELECT
        max(audit_id) FILTER (stage = 'features') AS whole, max(audit_id) FILTER (stage = 'rows') AS rows_,
        max(audit_id) FILTER (stage = 'splits') AS splits, max(audit_id) FILTER (stage = 'results') AS results
),
counted AS (
    FROM newest SELECT whole > coalesce(splits, rows_, '') AS is_whole, whole, rows_, splits, results
)
FROM audits
SELECT audit_id, stage, n_checks, n_failed, failed
WHERE audit_id IN (
    FROM counted SELECT unnest(CASE WHEN coalesce(is_whole, false) THEN [whole, results] ELSE [rows_, splits, results] END)
)
ORDER BY audit_id DESC
