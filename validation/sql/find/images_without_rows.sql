-- One row per active photograph with neither a current row in this table nor a record that it is missing.
SELECT images.image_id, current.version
FROM catalogue.images AS images
JOIN features.current AS current ON 'features.' || current."view" = '{batch}'
WHERE images.excluded_reason IS NULL
  AND NOT EXISTS (
      FROM {batch} AS feature WHERE feature.image_id = images.image_id AND feature.version = current.version
  )
  AND NOT EXISTS (
      FROM features.misses AS misses
      WHERE misses.image_id = images.image_id AND misses.version = current.version AND misses.released_at IS NULL
  )
