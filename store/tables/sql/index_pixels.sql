-- an index for looking up one photograph
CREATE INDEX pixels_of_image ON features.pixels (image_id)
