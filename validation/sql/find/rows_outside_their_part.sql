-- One row per photograph whose part in the current by_person split differs from the tables train, validate and test.
WITH assigned AS (
    SELECT assignments.image_id, assignments.part
    FROM {batch} AS assignments
    JOIN splits.current AS sets USING (split_id)
    WHERE sets.strategy = getvariable('by_person')
), materialised AS (
    SELECT image_id, 'train' AS part FROM splits.train
    UNION ALL
    SELECT image_id, 'validate' AS part FROM splits.validate
    UNION ALL
    SELECT image_id, 'test' AS part FROM splits.test
)
SELECT DISTINCT coalesce(assigned.image_id, materialised.image_id) AS image_id
FROM assigned
FULL JOIN materialised ON materialised.image_id = assigned.image_id AND materialised.part = assigned.part
WHERE assigned.image_id IS NULL OR materialised.image_id IS NULL
