-- an index for looking up one photograph
CREATE INDEX landmarks_of_image ON features.landmarks (image_id)
