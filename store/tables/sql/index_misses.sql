-- an index for looking up one photograph
CREATE INDEX misses_of_image ON features.misses (image_id)
