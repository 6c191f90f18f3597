-- One row per run on the leaderboard and threshold, about 200 per run: true and false positive rates over all pairs of
-- test photograph and emotion (micro-average).
WITH test_predictions AS (
    FROM registry.predictions
    SEMI JOIN leaderboard USING (run_id)
    JOIN catalogue.emotions AS e ON e.label = truth
    SELECT run_id, truth, e.emotion, list_value(*COLUMNS('.*_prob')) AS probabilities, further_chances
    WHERE part = 'test'
),
pairs AS (
    FROM test_predictions
    SELECT run_id, unnest(probabilities) AS threshold, generate_subscripts(probabilities, 1) - 1 = truth AS is_positive
    UNION ALL
    FROM test_predictions
    SELECT run_id, unnest(map_values(further_chances)) AS threshold, unnest(map_keys(further_chances)) = emotion AS is_positive
),
counts AS (
    FROM pairs
    SELECT
        run_id, threshold, count(*) FILTER (is_positive) AS true_positives,
        count(*) FILTER (NOT is_positive) AS false_positives
    GROUP BY ALL
),
curve AS (
    FROM counts
    SELECT
        run_id, threshold,
        sum(true_positives) OVER by_threshold / sum(true_positives) OVER (PARTITION BY run_id) AS tpr,
        sum(false_positives) OVER by_threshold / sum(false_positives) OVER (PARTITION BY run_id) AS fpr,
        row_number() OVER by_threshold AS position, count(*) OVER (PARTITION BY run_id) AS n_thresholds
    WINDOW by_threshold AS (PARTITION BY run_id ORDER BY threshold DESC)
)
FROM curve
SELECT run_id, threshold, tpr, fpr
WHERE position % greatest(1, n_thresholds // 200) = 0 OR position = n_thresholds
ORDER BY run_id, threshold DESC
