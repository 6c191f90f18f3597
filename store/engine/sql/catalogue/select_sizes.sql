-- One row per photograph: its size in pixels.
FROM catalogue.images SELECT image_id, width_px, height_px
