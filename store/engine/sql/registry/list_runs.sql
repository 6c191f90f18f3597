-- One row per training run, the one requested last first: test accuracy with its interval, and whether the leaderboard
-- counts it or, of final models, whether it is the one in use. Runs on single folds only `with_folds`.
-- It reads no view that publications of schema version 4 lack: `finals` is that of views/finals.
WITH trained AS (
    FROM splits.assignments AS a JOIN catalogue.images AS i USING (image_id) JOIN splits.sets AS s USING (split_id)
    SELECT split_id, list_sort(list(DISTINCT i.corpus)) AS corpora
    WHERE s.strategy = 'final'
    GROUP BY split_id
),
finals AS (
    FROM registry.runs AS r JOIN splits.sets AS s USING (split_id) JOIN trained AS t USING (split_id)
    SELECT r.run_id
    WHERE r.status = 'completed' AND r.artifact_path IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY r.model, r.recipe, t.corpora ORDER BY s.requested_at DESC, r.requested_at DESC
    ) = 1
)
FROM registry.runs AS r
JOIN splits.sets AS s USING (split_id)
LEFT JOIN (
    FROM registry.current SELECT run_id AS current_id UNION FROM finals SELECT run_id AS current_id
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
