-- One row per face that is clearly turned to the other side than most faces of its corpus from the same camera.
WITH measured AS (
    SELECT
        faces.image_id, faces.version, images.corpus, images.camera_angle_deg,
        face_measures(faces.xyz, images.width_px, images.height_px)[list_position(getvariable('face_measures'), 'turned')]
            AS turned
    FROM valid_rows('{batch}') AS faces
    JOIN catalogue.images AS images USING (image_id)
)
SELECT image_id, version
FROM measured
QUALIFY turned * sign(median(turned) OVER (PARTITION BY corpus, version, camera_angle_deg)) < -getvariable('min_head_turn')
