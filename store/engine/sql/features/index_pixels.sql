-- No rows: creates an index to look up the rows of one photograph.
CREATE INDEX pixels_of_image ON features.pixels (image_id)
