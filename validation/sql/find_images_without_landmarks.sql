-- One row a photograph in use that has neither landmarks nor a miss in the newest version of its kind.
WITH current AS (
    SELECT max_by(version, created_at) AS version FROM features.views WHERE view = 'landmarks' GROUP BY kind
)
SELECT images.image_id, current.version
FROM catalogue.images AS images CROSS JOIN current
WHERE images.excluded_reason IS NULL
  AND NOT EXISTS (
      FROM {batch} AS feature WHERE feature.image_id = images.image_id AND feature.version = current.version
  )
  AND NOT EXISTS (
      FROM features.misses AS misses
      WHERE misses.image_id = images.image_id AND misses.version = current.version AND misses.view = 'landmarks'
        AND misses.released_at IS NULL
  )
