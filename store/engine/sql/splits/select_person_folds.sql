-- One row per number of folds, repeat and person of the given corpora: the fold in which the newest folds test the person.
FROM splits.assignments AS a
JOIN splits.sets AS s USING (split_id)
JOIN catalogue.images AS i USING (image_id)
SELECT
    CAST(s.fractions->>'$.folds' AS INTEGER) AS folds, s."repeat", i.subject_id, arg_max(s.fold, s.created_at) AS fold
WHERE s.strategy = 'fold' AND a.part = 'test' AND i.corpus IN (SELECT unnest($corpora))
GROUP BY ALL
