-- one row a run of the leaderboard and threshold, some 200 a run: true and false positive rate over all pairs of test photograph
-- and emotion
WITH answers AS (
    FROM registry.predictions
    SEMI JOIN leaderboard USING (run_id)
    SELECT run_id, truth, list_value(*COLUMNS('.*_prob')) AS probabilities
    WHERE part = 'test'
),
pairs AS (
    FROM answers
    SELECT run_id, unnest(probabilities) AS threshold, generate_subscripts(probabilities, 1) - 1 = truth AS is_shown
),
counts AS (
    FROM pairs
    SELECT run_id, threshold, count(*) FILTER (is_shown) AS hits, count(*) FILTER (NOT is_shown) AS false_alarms
    GROUP BY ALL
),
curve AS (
    FROM counts
    SELECT
        run_id, threshold,
        sum(hits) OVER said / sum(hits) OVER (PARTITION BY run_id) AS tpr,
        sum(false_alarms) OVER said / sum(false_alarms) OVER (PARTITION BY run_id) AS fpr,
        row_number() OVER said AS place, count(*) OVER (PARTITION BY run_id) AS places
    WINDOW said AS (PARTITION BY run_id ORDER BY threshold DESC)
)
FROM curve
SELECT run_id, threshold, tpr, fpr
WHERE place % greatest(1, places // 200) = 0 OR place = places
ORDER BY run_id, threshold DESC
