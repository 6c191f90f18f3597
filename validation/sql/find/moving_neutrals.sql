-- One row per delta of a neutral face that moves far more than other neutral faces of its corpus and camera.
WITH moves AS (
    SELECT
        deltas.image_id, deltas.version, images.corpus, images.camera_angle_deg,
        sqrt(list_inner_product(deltas.magnitude, deltas.magnitude) / len(deltas.magnitude)) AS moved
    FROM valid_rows('{batch}') AS deltas
    JOIN catalogue.images AS images USING (image_id)
    SEMI JOIN (FROM features.views WHERE kind = 'aligned') AS kept USING (version)
    WHERE images.emotion = getvariable('reference_emotion')
)
SELECT image_id, version
FROM moves
QUALIFY moved > getvariable('max_neutral_movement') * median(moved) OVER (PARTITION BY corpus, version, camera_angle_deg)
