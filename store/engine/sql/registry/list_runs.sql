-- One row per training run, the one requested last first: test accuracy with its interval, and whether the leaderboard
-- counts it or, of final models and runs across corpora, whether it is the one in use. Runs on single folds only
-- `with_folds`. It reads no view that earlier publications lack: `finals` and `crossed` are those of views/finals and
-- views/cross_runs.
WITH trained AS (
    FROM splits.assignments AS a JOIN catalogue.images AS i USING (image_id) JOIN splits.sets AS s USING (split_id)
    SELECT
        split_id, list_sort(list(DISTINCT i.corpus) FILTER (a.part <> 'test')) AS corpora,
        list_sort(list(DISTINCT i.corpus) FILTER (a.part = 'test')) AS tested_on
    WHERE s.strategy IN ('final', 'cross_corpus')
    GROUP BY split_id
),
finals AS (
    FROM registry.runs AS r JOIN splits.sets AS s USING (split_id) JOIN trained AS t USING (split_id)
    SELECT r.run_id
    WHERE s.strategy = 'final' AND r.status = 'completed' AND r.artifact_path IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY r.model, r.recipe, t.corpora ORDER BY s.requested_at DESC, r.requested_at DESC
    ) = 1
),
crossed AS (
    FROM (
        FROM splits.sets JOIN trained USING (split_id)
        WHERE strategy = 'cross_corpus'
        QUALIFY row_number() OVER (PARTITION BY corpora, tested_on ORDER BY requested_at DESC) = 1
    ) AS s
    JOIN registry.runs AS r USING (split_id)
    SELECT r.run_id
    QUALIFY r.configuration = arg_max(r.configuration, r.requested_at) OVER (PARTITION BY r.model, r.recipe, r.split_id)
)
FROM registry.runs AS r
JOIN splits.sets AS s USING (split_id)
LEFT JOIN trained AS t USING (split_id)
LEFT JOIN (
    FROM registry.current SELECT run_id AS current_id
    UNION FROM finals SELECT run_id AS current_id
    UNION FROM crossed SELECT run_id AS current_id
) AS c ON c.current_id = r.run_id
LEFT JOIN (
    FROM registry.metrics SELECT run_id, value AS accuracy, low AS accuracy_low, high AS accuracy_high
    WHERE part = 'test' AND slice = 'all' AND metric = 'accuracy'
) AS m ON m.run_id = r.run_id
SELECT
    r.model, r.recipe, s.strategy AS split, r.seed, s."repeat", s.fold, r.started_at AS date, accuracy, accuracy_low,
    accuracy_high, r.status, c.current_id IS NOT NULL AS is_current, r.duration_s,
    CASE WHEN s.strategy = 'cross_corpus' THEN
        'trained on ' || array_to_string(t.corpora, ' + ') || ', tested on ' || array_to_string(t.tested_on, ' + ')
            || coalesce('; ' || r.status_detail, '')
    ELSE coalesce(
        r.status_detail,
        'trained on everybody: run ' || (r.parameters->>'$.basis.run_id') || ' or the folds say how good it is'
    ) END AS note,
    r.run_id
WHERE $with_folds OR s.strategy <> 'fold'
ORDER BY r.requested_at DESC, r.started_at DESC, r.run_id
