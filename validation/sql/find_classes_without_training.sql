-- One row an emotion that the current by_person split holds, but not in its training part, which is not empty.
WITH members AS (
    SELECT assignments.part, labels.emotion
    FROM {batch} AS assignments
    JOIN splits.current AS sets USING (split_id)
    ASOF JOIN catalogue.labels AS labels
      ON labels.image_id = assignments.image_id AND labels.known_at <= sets.as_of
    WHERE sets.strategy = getvariable('by_person')
)
SELECT emotion
FROM members
GROUP BY emotion
HAVING count(*) FILTER (part = 'train') = 0 AND EXISTS (FROM members WHERE part = 'train')
