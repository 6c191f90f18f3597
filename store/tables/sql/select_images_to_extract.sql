-- one row a photograph in use without landmarks or pixels of these versions, and without a miss in their place
-- (a photograph that could not be read is tried again); in the order in which rows of a split are read
WITH missed AS (
    FROM features.misses_at($moment) SELECT image_id WHERE version = $landmarks AND NOT starts_with(reason, $retried)
)
FROM catalogue.images AS i
SELECT image_id, path
WHERE excluded_reason IS NULL
  AND (
    NOT EXISTS (FROM features.pixels AS p WHERE p.image_id = i.image_id AND p.version = $pixels)
    OR NOT (
        EXISTS (FROM features.landmarks AS l WHERE l.image_id = i.image_id AND l.version = $landmarks)
        OR EXISTS (FROM missed AS m WHERE m.image_id = i.image_id)
    )
  )
ORDER BY image_id
