-- One row per training run, the one requested last first: test accuracy with its interval, and whether the leaderboard
-- counts it or, of final models, whether it is the one in use. Runs on single folds only `with_folds`.
FROM registry.runs AS r
JOIN splits.sets AS s USING (split_id)
LEFT JOIN (
    FROM registry.current SELECT run_id AS current_id UNION FROM registry.finals SELECT run_id AS current_id
) AS c ON c.current_id = r.run_id
LEFT JOIN (
    FROM registry.metrics SELECT run_id, value AS accuracy, low AS accuracy_low, high AS accuracy_high
    WHERE part = 'test' AND slice = 'all' AND metric = 'accuracy'
) AS m ON m.run_id = r.run_id
SELECT
    r.model, r.recipe, s.strategy AS split, r.seed, s."repeat", s.fold, r.started_at AS date, accuracy, accuracy_low,
    accuracy_high, r.status, c.current_id IS NOT NULL AS is_current, r.duration_s,
    coalesce(
        r.status_detail,
        'trained on everybody: run ' || (r.parameters->>'$.basis.run_id') || ' or the folds say how good it is'
    ) AS note,
    r.run_id
WHERE $with_folds OR s.strategy <> 'fold'
ORDER BY r.requested_at DESC, r.started_at DESC, r.run_id
