-- One row per given photograph with current landmarks, quarantined or not: the landmarks and the image size.
SELECT faces.image_id, faces.xyz, images.width_px, images.height_px
FROM features.landmarks AS faces
SEMI JOIN (FROM features.current WHERE feature = 'landmarks') AS current USING (version)
JOIN catalogue.images AS images USING (image_id)
WHERE faces.image_id IN (SELECT unnest($image_ids::VARCHAR[])) AND faces.xyz IS NOT NULL
