-- One row per valid delta of one version, with the landmarks behind it and the sizes of the photographs.
SELECT
    deltas.image_id, deltas.reference_image_id, deltas.seal, deltas.xyz, deltas.magnitude, own.xyz AS face, other.xyz AS reference,
    images.width_px, images.height_px, neutral.width_px AS reference_width_px, neutral.height_px AS reference_height_px
FROM valid_rows('features.deltas') AS deltas
JOIN features.landmarks AS own ON own.image_id = deltas.image_id AND own.version = $landmarks
JOIN features.landmarks AS other ON other.image_id = deltas.reference_image_id AND other.version = $landmarks
JOIN catalogue.images AS images ON images.image_id = deltas.image_id
JOIN catalogue.images AS neutral ON neutral.image_id = deltas.reference_image_id
WHERE deltas.version = $version AND deltas.reference_image_id <> deltas.image_id
  AND deltas.xyz IS NOT NULL AND deltas.magnitude IS NOT NULL AND own.xyz IS NOT NULL AND other.xyz IS NOT NULL
