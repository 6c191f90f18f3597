-- One row per row to check of one version of a scalar feature view that compares with the reference of the aligned delta.
-- Landmarks and size of the photograph and of its reference are added.
SELECT
    stored.*, faces.xyz AS face, images.width_px, images.height_px, others.xyz AS reference,
    neutral.width_px AS reference_width_px, neutral.height_px AS reference_height_px
FROM rows_to_check('{batch}') AS stored
JOIN features.current AS current ON current.feature = 'aligned'
JOIN valid_rows('features.deltas') AS deltas
  ON deltas.image_id = stored.image_id AND deltas.version = current.version AND deltas.created_at <= stored.created_at
JOIN landmarks_behind AS faces ON faces.image_id = stored.image_id AND faces.version = $landmarks
JOIN landmarks_behind AS others ON others.image_id = deltas.reference_image_id AND others.version = $landmarks
JOIN catalogue.images AS images ON images.image_id = stored.image_id
JOIN catalogue.images AS neutral ON neutral.image_id = deltas.reference_image_id
WHERE stored.version = $version AND faces.xyz IS NOT NULL AND others.xyz IS NOT NULL
