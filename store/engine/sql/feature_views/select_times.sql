-- One row per photograph with {view} of a version at a given time: when the row was stored.
FROM features.{view}_at($version, $moment) SELECT image_id, created_at
