-- One row per service and version, the current one first, with the runs trained on it and the time since when it first
-- was current.
WITH versions AS (
    FROM features.services
    SELECT
        service, service_version, min(created_at) AS since, max(created_at) AS latest,
        string_agg(DISTINCT feature, ' ' ORDER BY feature) AS features
    GROUP BY ALL
),
used AS (
    FROM registry.runs
    SELECT service, service_version, count(*) AS n_runs, string_agg(run_id, ' ' ORDER BY requested_at DESC) AS runs
    GROUP BY ALL
)
FROM versions AS v
LEFT JOIN used AS u USING (service, service_version)
SELECT
    service, service_version AS version,
    row_number() OVER (PARTITION BY service ORDER BY latest DESC) = 1 AS is_current,
    features, since, coalesce(n_runs, 0) AS n_runs, runs
ORDER BY service, is_current DESC, since DESC
