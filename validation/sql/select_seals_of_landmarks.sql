-- One row a row of features.landmarks: its seal.
SELECT image_id, version, created_at, seal FROM features.landmarks
