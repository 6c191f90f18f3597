-- One row a photograph and version that features.deltas holds although it became a miss at the same moment.
SELECT feature.image_id, feature.version
FROM {batch} AS feature
JOIN features.misses AS misses
  ON misses.image_id = feature.image_id AND misses.version = feature.version AND misses."view" = 'deltas'
WHERE misses.released_at IS NULL AND misses.created_at = feature.created_at
