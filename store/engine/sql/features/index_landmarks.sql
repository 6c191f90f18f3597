-- No rows: creates an index to look up the rows of one photograph.
CREATE INDEX landmarks_of_image ON features.landmarks (image_id)
