-- One row per delta to check of one version, with the landmarks behind it and the sizes of the photographs.
-- There are as many references as the delta is averaged over, in the order of their ids. Photographs are those of one of
-- $slices slices by the hash of their ids.
WITH referred AS (
    FROM valid_rows('features.delta_references')
    SEMI JOIN rows_to_check('features.deltas') AS checked USING (image_id, version)
    SELECT image_id, reference_image_id
    WHERE version = $version AND hash(image_id) % $slices = $slice
    UNION
    FROM rows_to_check('features.deltas') SELECT image_id, reference_image_id
    WHERE version = $version AND hash(image_id) % $slices = $slice
), several AS (
    FROM referred
    JOIN landmarks_behind AS other ON other.image_id = referred.reference_image_id AND other.version = $landmarks
    JOIN catalogue.images AS neutral ON neutral.image_id = referred.reference_image_id
    SELECT
        referred.image_id,
        list(other.xyz ORDER BY referred.reference_image_id) AS reference_faces,
        list(neutral.width_px ORDER BY referred.reference_image_id) AS reference_width_px,
        list(neutral.height_px ORDER BY referred.reference_image_id) AS reference_height_px
    WHERE other.xyz IS NOT NULL
    GROUP BY referred.image_id
)
SELECT
    deltas.image_id, deltas.reference_image_id, deltas.seal, deltas.xyz, deltas.magnitude, own.xyz AS face,
    images.width_px, images.height_px, several.reference_faces, several.reference_width_px, several.reference_height_px
FROM rows_to_check('features.deltas') AS deltas
JOIN landmarks_behind AS own ON own.image_id = deltas.image_id AND own.version = $landmarks
JOIN landmarks_behind AS other ON other.image_id = deltas.reference_image_id AND other.version = $landmarks
JOIN several ON several.image_id = deltas.image_id
JOIN catalogue.images AS images ON images.image_id = deltas.image_id
WHERE deltas.version = $version AND deltas.reference_image_id <> deltas.image_id
  AND deltas.xyz IS NOT NULL AND deltas.magnitude IS NOT NULL AND own.xyz IS NOT NULL AND other.xyz IS NOT NULL
