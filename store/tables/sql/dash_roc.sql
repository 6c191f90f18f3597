-- one row a run of the leaderboard and threshold: true and false positive rate over all pairs of test photograph and emotion
WITH answers AS (
    FROM registry.predictions
    SEMI JOIN leaderboard USING (run_id)
    SELECT run_id, truth, list_value(*COLUMNS('.*_prob')) AS probabilities
    WHERE part = 'test'
),
pairs AS (
    FROM answers
    SELECT run_id, unnest(probabilities) AS probability, generate_subscripts(probabilities, 1) - 1 = truth AS is_shown
),
-- steps of the log odds, a quarter each: probabilities crowd at both ends
steps AS (
    FROM pairs
    SELECT
        run_id, greatest(-56, least(56, floor(4 * ln(greatest(probability, 1e-7) / greatest(1 - probability, 1e-7))))) AS step,
        count(*) FILTER (is_shown) AS hits, count(*) FILTER (NOT is_shown) AS false_alarms
    GROUP BY ALL
)
FROM steps
SELECT
    run_id, 1 / (1 + exp(-step / 4)) AS threshold,
    sum(hits) OVER said / sum(hits) OVER (PARTITION BY run_id) AS tpr,
    sum(false_alarms) OVER said / sum(false_alarms) OVER (PARTITION BY run_id) AS fpr
WINDOW said AS (PARTITION BY run_id ORDER BY step DESC)
ORDER BY run_id, threshold DESC
