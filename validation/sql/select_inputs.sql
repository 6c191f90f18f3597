-- One row a named photograph with the features that models could ask for at the moment of a split; NULL is a miss.
-- Those of a reference are of the photograph that the aligned delta was taken against.
WITH asked AS (
    SELECT unnest($image_ids::VARCHAR[]) AS image_id
)
SELECT
    asked.image_id, faces.xyz AS landmarks, directions.xyz AS frontal_unit, moves.xyz AS aligned, pictures.rgb,
    reference_faces.xyz AS reference_landmarks, reference_pictures.rgb AS reference_rgb
FROM asked
LEFT JOIN features.landmarks_at($landmarks, $as_of) AS faces ON faces.image_id = asked.image_id
LEFT JOIN features.deltas_at($frontal_unit, $as_of) AS directions ON directions.image_id = asked.image_id
LEFT JOIN features.deltas_at($aligned, $as_of) AS moves ON moves.image_id = asked.image_id
LEFT JOIN features.pixels_at($pixels, $as_of) AS pictures ON pictures.image_id = asked.image_id
LEFT JOIN features.landmarks_at($landmarks, $as_of) AS reference_faces
  ON reference_faces.image_id = moves.reference_image_id
LEFT JOIN features.pixels_at($pixels, $as_of) AS reference_pictures
  ON reference_pictures.image_id = moves.reference_image_id
ORDER BY asked.image_id
