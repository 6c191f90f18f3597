-- One row a training row with a vector that features does not hold for this photograph; vectors are compared by hash.
WITH features AS (
    SELECT image_id, 'landmarks' AS kind, hash(xyz) AS seal FROM features.landmarks
    UNION ALL
    SELECT deltas.image_id, views.kind, hash(deltas.xyz) AS seal
    FROM features.deltas AS deltas
    JOIN features.views AS views ON views.view = 'deltas' AND views.version = deltas.version
    UNION ALL
    SELECT image_id, 'rgb' AS kind, hash(rgb) AS seal FROM features.pixels
), rows_of_part AS (
    SELECT image_id, 'landmarks' AS kind, hash(landmarks) AS seal FROM {batch} WHERE landmarks IS NOT NULL
    UNION ALL
    SELECT image_id, 'frontal_unit' AS kind, hash(frontal_unit) AS seal FROM {batch} WHERE frontal_unit IS NOT NULL
    UNION ALL
    SELECT image_id, 'aligned' AS kind, hash(aligned) AS seal FROM {batch} WHERE aligned IS NOT NULL
    UNION ALL
    SELECT image_id, 'rgb' AS kind, hash(rgb) AS seal FROM {batch} WHERE rgb IS NOT NULL
)
SELECT DISTINCT image_id
FROM rows_of_part
ANTI JOIN features USING (image_id, kind, seal)
