-- One row per requested photograph, in the order of $image_ids: its size in pixels.
FROM unnest($image_ids) WITH ORDINALITY AS requested (image_id, position)
JOIN catalogue.images AS i USING (image_id)
SELECT i.width_px, i.height_px
ORDER BY requested.position
