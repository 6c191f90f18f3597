-- One row a photograph in use that has landmarks but neither a delta nor a miss in the newest version of a kind.
WITH current AS (
    SELECT max_by(version, created_at) AS version FROM features.views WHERE view = 'deltas' GROUP BY kind
), faces AS (
    SELECT DISTINCT landmarks.image_id
    FROM features.landmarks AS landmarks
    JOIN catalogue.images AS images ON images.image_id = landmarks.image_id
    WHERE images.excluded_reason IS NULL
)
SELECT faces.image_id, current.version
FROM faces CROSS JOIN current
WHERE NOT EXISTS (
      FROM {batch} AS feature WHERE feature.image_id = faces.image_id AND feature.version = current.version
  )
  AND NOT EXISTS (
      FROM features.misses AS misses
      WHERE misses.image_id = faces.image_id AND misses.version = current.version AND misses.view = 'deltas'
        AND misses.released_at IS NULL
  )
