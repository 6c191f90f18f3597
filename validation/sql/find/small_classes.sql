-- One row per emotion with few photographs in the training part of the current by_person split, relative to the mean.
WITH classes AS (
    SELECT labels.emotion, count(*) AS n
    FROM {batch} AS assignments
    JOIN splits.current AS sets USING (split_id)
    ASOF JOIN catalogue.labels AS labels
      ON labels.image_id = assignments.image_id AND labels.known_at <= sets.as_of
    WHERE sets.strategy = getvariable('by_person') AND assignments.part = 'train'
    GROUP BY labels.emotion
)
SELECT emotion, n
FROM classes
WHERE n < getvariable('min_class_share') * (SELECT avg(n) FROM classes)
