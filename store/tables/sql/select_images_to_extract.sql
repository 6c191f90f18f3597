-- one row a photograph in use without landmarks or pixels of the current versions, and without a miss in their place
-- (a photograph that could not be read is tried again)
SELECT image_id, path
FROM catalogue.images AS i
WHERE excluded_reason IS NULL
  AND (
    NOT EXISTS (FROM features.pixels AS p WHERE p.image_id = i.image_id AND p.version = $pixels)
    OR NOT (
        EXISTS (FROM features.landmarks AS l WHERE l.image_id = i.image_id AND l.version = $landmarks)
        OR EXISTS (
            FROM features.misses AS m
            WHERE m.image_id = i.image_id AND m.view = 'landmarks' AND m.version = $landmarks
              AND NOT starts_with(m.reason, $retried)
        )
    )
  )
ORDER BY path
