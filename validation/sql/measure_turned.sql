-- One row a face: how far it is turned to the side to which most of its corpus's faces from the same camera are.
WITH measured AS (
    SELECT
        faces.version, images.corpus, images.camera_angle_deg,
        face_measures(faces.xyz, images.width_px, images.height_px)[list_position(getvariable('face_measures'), 'turned')]
            AS turned
    FROM counting('features.landmarks') AS faces
    JOIN catalogue.images AS images USING (image_id)
)
SELECT format('{:03d}: turned to the side of most', camera_angle_deg) AS name,
       turned * sign(median(turned) OVER (PARTITION BY corpus, version, camera_angle_deg)) AS value,
       -getvariable('turned_clearly') AS low, NULL::DOUBLE AS high
FROM measured
ORDER BY name
