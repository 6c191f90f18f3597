-- one row a photograph whose landmarks of a version counted at a moment
FROM features.landmarks_at($version, $moment) SELECT image_id
