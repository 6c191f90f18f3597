-- No rows: creates an index to look up the rows of one photograph.
CREATE INDEX misses_of_image ON features.misses (image_id)
