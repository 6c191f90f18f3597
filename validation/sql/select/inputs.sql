-- One row per given photograph with the features of all models at the moment of a split; NULL if missing.
-- Features of a reference are those of the photograph that the aligned delta refers to.
WITH requested AS (
    SELECT unnest($image_ids::VARCHAR[]) AS image_id
)
SELECT
    requested.image_id, faces.xyz AS landmarks, directions.xyz AS frontal_unit, moves.xyz AS aligned, pictures.rgb,
    bicubic.rgb AS bicubic_pixels, reference_faces.xyz AS reference_landmarks, reference_pictures.rgb AS reference_rgb,
    images.width_px, images.height_px, neutral.width_px AS reference_width_px, neutral.height_px AS reference_height_px
FROM requested
JOIN catalogue.images AS images ON images.image_id = requested.image_id
LEFT JOIN features.landmarks_at($landmarks, $as_of) AS faces ON faces.image_id = requested.image_id
LEFT JOIN features.deltas_at($frontal_unit, $as_of) AS directions ON directions.image_id = requested.image_id
LEFT JOIN features.deltas_at($aligned, $as_of) AS moves ON moves.image_id = requested.image_id
LEFT JOIN features.pixels_at($pixels, $as_of) AS pictures ON pictures.image_id = requested.image_id
LEFT JOIN features.pixels_at($bicubic_pixels, $as_of) AS bicubic ON bicubic.image_id = requested.image_id
LEFT JOIN catalogue.images AS neutral ON neutral.image_id = moves.reference_image_id
LEFT JOIN features.landmarks_at($landmarks, $as_of) AS reference_faces
  ON reference_faces.image_id = moves.reference_image_id
LEFT JOIN features.pixels_at($pixels, $as_of) AS reference_pictures
  ON reference_pictures.image_id = moves.reference_image_id
ORDER BY requested.image_id
