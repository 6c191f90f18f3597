-- One row per valid aligned delta of a neutral face: the root mean square of its magnitudes.
CREATE OR REPLACE TEMP MACRO moved_neutrals(batch) AS TABLE
WITH moves AS (
    SELECT
        deltas.image_id, deltas.version,
        sqrt(list_inner_product(deltas.magnitude, deltas.magnitude) / len(deltas.magnitude)) AS moved
    FROM rows_to_check(batch) AS deltas
    JOIN catalogue.images AS images USING (image_id)
    SEMI JOIN (FROM features.views WHERE kind = 'aligned') AS kept USING (version)
    WHERE images.emotion = getvariable('reference_emotion')
    UNION ALL
    SELECT image_id, version, value FROM known_values WHERE kind = 'moved'
)
SELECT moves.image_id, moves.version, images.corpus, images.camera_angle_deg, moves.moved
FROM moves JOIN catalogue.images AS images USING (image_id)
