-- One row per photograph with {view} of a version at a given time: the checksum of its value.
FROM features.{view}_at($version, $moment) SELECT image_id, seal
