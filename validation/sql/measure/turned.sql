-- One row per face: its turn towards the majority side of its corpus and camera.
WITH measured AS (
    SELECT
        faces.version, images.corpus, images.camera_angle_deg,
        face_measures(faces.xyz, images.width_px, images.height_px)[list_position(getvariable('face_measures'), 'turned')]
            AS turned
    FROM valid_rows('features.landmarks') AS faces
    JOIN catalogue.images AS images USING (image_id)
)
SELECT format('{:03d}: turn to the majority side', camera_angle_deg) AS name,
       turned * sign(median(turned) OVER (PARTITION BY corpus, version, camera_angle_deg)) AS value,
       -getvariable('min_head_turn') AS low, NULL::DOUBLE AS high
FROM measured
ORDER BY name
