-- One row per photograph and view version without a value at a given time.
FROM features.misses_at($moment) SELECT image_id, "view", version, reason, checksum
