-- One row per photograph and version in this table that is recorded as missing at the same time.
SELECT feature.image_id, feature.version
FROM {batch} AS feature
JOIN features.misses AS misses
  ON misses.image_id = feature.image_id AND misses.version = feature.version
 AND 'features.' || misses."view" = '{batch}'
WHERE misses.released_at IS NULL AND misses.created_at = feature.created_at
