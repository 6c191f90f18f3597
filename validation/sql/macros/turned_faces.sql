-- One row per valid face: its turn to the side, in inter-ocular distances.
CREATE OR REPLACE TEMP MACRO turned_faces(batch) AS TABLE
WITH faces AS (
    SELECT
        faces.image_id, faces.version,
        face_measures(faces.xyz, images.width_px, images.height_px)[list_position(getvariable('face_measures'), 'turned')]
            AS turned
    FROM rows_to_check(batch) AS faces
    JOIN catalogue.images AS images USING (image_id)
    UNION ALL
    SELECT image_id, version, value FROM known_values WHERE kind = 'turned'
)
SELECT faces.image_id, faces.version, images.corpus, images.camera_angle_deg, faces.turned
FROM faces JOIN catalogue.images AS images USING (image_id)
