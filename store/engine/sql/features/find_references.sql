-- One row per photograph with deltas of a version at a given time: the photograph that is their reference.
FROM features.deltas_at($version, $moment) SELECT image_id, reference_image_id
