-- an index for looking up one photograph
CREATE INDEX deltas_of_image ON features.deltas (image_id)
