-- One row per photograph with deltas of a version at a given time: its size and that of its reference, pixels.
FROM features.deltas_at($version, $moment) AS d
JOIN catalogue.images AS i USING (image_id)
JOIN catalogue.images AS r ON r.image_id = d.reference_image_id
SELECT
    d.image_id, i.width_px, i.height_px, r.width_px AS reference_width_px, r.height_px AS reference_height_px
