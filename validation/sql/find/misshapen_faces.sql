-- One row per face with a measure that is implausible for its camera, e.g. mirrored or with swapped axes.
WITH measured AS (
    SELECT
        faces.image_id, faces.version, images.camera_angle_deg,
        unnest(getvariable('face_measures')) AS measure,
        unnest(face_measures(faces.xyz, images.width_px, images.height_px)) AS value
    FROM rows_to_check('{batch}') AS faces
    JOIN catalogue.images AS images USING (image_id)
), limits AS (
    SELECT unnest(getvariable('face_shape'), recursive := true)
)
SELECT image_id, version, string_agg(measure, ', ' ORDER BY measure) AS measures
FROM measured JOIN limits USING (camera_angle_deg, measure)
WHERE NOT value BETWEEN low AND high
GROUP BY image_id, version
