-- One row per strategy and emotion of the selected corpora that no test photograph of its current split shows; of folds,
-- only the first repeat.
WITH shown AS (
    FROM splits.current SELECT strategy, split_id WHERE coalesce("repeat", 0) = 0
),
used AS (
    FROM catalogue.images
    SELECT emotion, count(*) AS n_images, count(DISTINCT subject_id) AS n_people
    WHERE excluded_reason IS NULL AND emotion <> 'unknown' AND corpus IN (SELECT unnest($corpora))
    GROUP BY emotion
),
assigned AS (
    FROM shown
    JOIN splits.assignments USING (split_id)
    JOIN catalogue.images USING (image_id)
    SELECT strategy, emotion, bool_or(part = 'test') AS is_tested
    GROUP BY ALL
)
FROM shown
CROSS JOIN used
LEFT JOIN assigned USING (strategy, emotion)
SELECT strategy, emotion, n_images, n_people, is_tested IS NULL AS is_left_out
WHERE NOT coalesce(is_tested, false)
ORDER BY ALL
