-- One row a named photograph with the features that a split's models could ask for at its moment; NULL is a miss.
WITH asked AS (
    SELECT unnest($image_ids::VARCHAR[]) AS image_id
)
SELECT asked.image_id, faces.xyz AS landmarks, directions.xyz AS frontal_unit, moves.xyz AS aligned, pictures.rgb
FROM asked
LEFT JOIN features.landmarks_at($landmarks, $as_of) AS faces ON faces.image_id = asked.image_id
LEFT JOIN features.deltas_at($frontal_unit, $as_of) AS directions ON directions.image_id = asked.image_id
LEFT JOIN features.deltas_at($aligned, $as_of) AS moves ON moves.image_id = asked.image_id
LEFT JOIN features.pixels_at($pixels, $as_of) AS pictures ON pictures.image_id = asked.image_id
ORDER BY asked.image_id
