-- One row a row of features.deltas: its seal.
SELECT image_id, version, created_at, seal FROM features.deltas
