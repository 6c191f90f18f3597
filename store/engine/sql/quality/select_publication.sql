-- One row: this publication, what it contains, and the test accuracy of its best run by person.
WITH best AS (
    FROM leaderboard SELECT run_id, accuracy, accuracy_low, accuracy_high
    WHERE split = 'by_person' AND accuracy IS NOT NULL
    ORDER BY accuracy DESC, run_id LIMIT 1
),
held AS (
    FROM catalogue.images SELECT count(*) AS n_images, count(DISTINCT subject_id) AS n_people WHERE excluded_reason IS NULL
),
failed AS (
    FROM quality.results SEMI JOIN quality.current USING (audit_id) SELECT count(*) FILTER (NOT success) AS n_failed
),
trained AS (
    FROM registry.runs AS r SELECT count(*) AS n_runs
    WHERE NOT EXISTS (FROM registry.runs AS f WHERE f.pooled_run_id = r.run_id) AND (r.parameters->'$.members') IS NULL
)
FROM held CROSS JOIN failed CROSS JOIN trained LEFT JOIN best ON true
SELECT
    $published_at::TIMESTAMPTZ AS published_at, $code_version AS code_version, n_images, n_people, n_runs, n_failed,
    run_id, accuracy AS value, accuracy_low AS low, accuracy_high AS high
