-- One row per current split by person or by image and emotion that its training part lacks (if that is not empty).
WITH members AS (
    SELECT sets.split_id, assignments.part, labels.emotion
    FROM {batch} AS assignments
    JOIN splits.current AS sets USING (split_id)
    ASOF JOIN catalogue.labels AS labels
      ON labels.image_id = assignments.image_id AND labels.known_at <= sets.as_of
    WHERE sets.strategy IN (getvariable('by_person'), getvariable('by_image'))
)
SELECT split_id, emotion
FROM members
GROUP BY split_id, emotion
HAVING count(*) FILTER (part = 'train') = 0 AND split_id IN (SELECT split_id FROM members WHERE part = 'train')
