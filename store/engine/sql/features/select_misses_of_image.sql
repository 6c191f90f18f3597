-- One row per missing feature of one photograph that was not released; the index answers it.
SELECT version, created_at FROM features.misses WHERE image_id = $image_id AND released_at IS NULL
