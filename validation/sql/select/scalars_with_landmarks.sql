-- One row per valid row of one version of a scalar feature view, with the landmarks and the size of the photograph.
SELECT stored.*, faces.xyz AS face, images.width_px, images.height_px
FROM valid_rows('{batch}') AS stored
JOIN features.landmarks AS faces ON faces.image_id = stored.image_id AND faces.version = $landmarks
JOIN catalogue.images AS images ON images.image_id = stored.image_id
WHERE stored.version = $version AND faces.xyz IS NOT NULL
