-- One row per stored row of one photograph's {view}, of any version and time.
SELECT version, created_at, {value} AS value FROM features.{view} WHERE image_id = $image_id
