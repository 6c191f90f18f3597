-- one row a photograph whose deltas of a version counted at a moment
FROM features.deltas_at($version, $moment) SELECT image_id
