-- One row per active photograph with landmarks but neither a current row in this table nor a record that it is missing.
WITH faces AS (
    SELECT DISTINCT landmarks.image_id
    FROM valid_rows('features.landmarks') AS landmarks
    JOIN catalogue.images AS images USING (image_id)
    JOIN features.current AS current ON current.version = landmarks.version
    WHERE images.excluded_reason IS NULL
)
SELECT faces.image_id, current.version
FROM faces JOIN features.current AS current ON 'features.' || current."view" = '{batch}'
WHERE NOT EXISTS (
      FROM {batch} AS feature WHERE feature.image_id = faces.image_id AND feature.version = current.version
  )
  AND NOT EXISTS (
      FROM features.misses AS misses
      WHERE misses.image_id = faces.image_id AND misses.version = current.version AND misses.released_at IS NULL
  )
