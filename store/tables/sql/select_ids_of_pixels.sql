-- one row a photograph whose pixels of a version counted at a moment
FROM features.pixels_at($version, $moment) SELECT image_id
