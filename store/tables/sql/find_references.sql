-- one row a photograph whose delta of a version counted at a moment: the photograph that it was taken against
FROM features.deltas_at($version, $moment) SELECT image_id, reference_image_id
