-- One row a row of features.pixels: its seal.
SELECT image_id, version, created_at, seal FROM features.pixels
