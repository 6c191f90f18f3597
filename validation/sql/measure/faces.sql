-- One row per face and measure.
WITH measured AS (
    SELECT
        images.camera_angle_deg,
        unnest(getvariable('face_measures')) AS measure,
        unnest(face_measures(faces.xyz, images.width_px, images.height_px)) AS value
    FROM rows_to_check('features.landmarks') AS faces
    JOIN catalogue.images AS images USING (image_id)
), limits AS (
    SELECT unnest(getvariable('face_shape'), recursive := true)
)
SELECT format('{:03d}: {}', camera_angle_deg, measure) AS name, value, low, high
FROM measured JOIN limits USING (camera_angle_deg, measure)
ORDER BY name
