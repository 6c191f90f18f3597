-- One row per active photograph: its file and its size.
FROM catalogue.images SELECT image_id, path, width_px, height_px WHERE excluded_reason IS NULL ORDER BY image_id
