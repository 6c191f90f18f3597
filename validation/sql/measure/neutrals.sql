-- One row per neutral face: its movement, in medians of its corpus and camera.
WITH moves AS (
    SELECT
        images.corpus, images.camera_angle_deg, deltas.version,
        sqrt(list_inner_product(deltas.magnitude, deltas.magnitude) / len(deltas.magnitude)) AS moved
    FROM valid_rows('features.deltas') AS deltas
    JOIN catalogue.images AS images USING (image_id)
    SEMI JOIN (FROM features.views WHERE kind = 'aligned') AS kept USING (version)
    WHERE images.emotion = getvariable('reference_emotion')
)
SELECT 'movement of neutral faces, in medians' AS name,
       moved / median(moved) OVER (PARTITION BY corpus, version, camera_angle_deg) AS value,
       NULL::DOUBLE AS low, getvariable('max_neutral_movement') AS high
FROM moves
