-- One row per row of a feature table: its key and checksum (seal).
SELECT image_id, version, created_at, seal FROM {batch}
