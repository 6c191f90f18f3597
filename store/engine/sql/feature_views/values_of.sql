-- One row per stored row of {view}, with its columns as one list.
SELECT image_id, '{view}' AS "view", version, {value}::DOUBLE[] AS numbers, created_at FROM features.{view}