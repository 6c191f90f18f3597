-- One row per audit that approved this publication: the newest of each stage. A `features` audit includes the stages
-- `rows` and `splits`; the newer of the two forms is used.
CREATE OR REPLACE VIEW quality.current AS
WITH audits AS (
    FROM quality.results SELECT DISTINCT audit_id, regexp_extract(audit_id, '[a-z]+$') AS stage
),
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
WHERE audit_id IN (
    FROM counted SELECT unnest(CASE WHEN coalesce(is_whole, false) THEN [whole, results] ELSE [rows_, splits, results] END)
)
