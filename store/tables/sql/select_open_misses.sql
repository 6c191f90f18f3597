-- one row a photograph and view version that is a miss now
FROM features.misses_at($moment) SELECT image_id, "view", version, reason
