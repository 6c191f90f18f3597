-- one row a photograph in use that lacks landmarks (and a miss in their place) or pixels of the current versions
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
        )
    )
  )
  AND NOT EXISTS (FROM features.misses AS m WHERE m.image_id = i.image_id AND m.view = 'pixels' AND m.version = $pixels)
ORDER BY path
