-- No rows: creates an index to look up the rows of one photograph.
CREATE INDEX deltas_of_image ON features.deltas (image_id)
