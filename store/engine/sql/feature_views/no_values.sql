-- No rows: the columns of `features.scalar_values`, for a store without scalar feature views.
SELECT image_id, "view", version, NULL::DOUBLE[] AS numbers, created_at FROM features.misses WHERE false