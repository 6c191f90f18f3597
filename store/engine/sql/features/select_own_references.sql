-- One row per photograph that has no delta of this version because it is its person's reference.
FROM features.misses_at($moment) SELECT image_id WHERE version = $version AND reason = $reason ORDER BY image_id
