-- One row per row to check of one version of a scalar feature view, with the landmarks and the size of the photograph.
SELECT stored.*, faces.xyz AS face, images.width_px, images.height_px
FROM rows_to_check('{batch}') AS stored
JOIN landmarks_behind AS faces ON faces.image_id = stored.image_id AND faces.version = $landmarks
JOIN catalogue.images AS images ON images.image_id = stored.image_id
WHERE stored.version = $version AND faces.xyz IS NOT NULL
