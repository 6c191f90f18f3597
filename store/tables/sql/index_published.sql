-- indexes for looking up one photograph
CREATE INDEX deltas_of_image ON features.deltas (image_id);
CREATE INDEX landmarks_of_image ON features.landmarks (image_id);
CREATE INDEX pixels_of_image ON features.pixels (image_id);
CREATE INDEX misses_of_image ON features.misses (image_id)
