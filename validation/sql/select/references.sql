-- One row per active photograph, of people of whom a photograph is checked, with landmarks of one version: what decides its reference, and its delta's reference.
-- `reference_ids` are those of all references of its delta, in order.
WITH several AS (
    FROM valid_rows('features.delta_references')
    SELECT image_id, list(reference_image_id ORDER BY reference_image_id) AS reference_ids
    WHERE version = $version
    GROUP BY image_id
)
SELECT
    images.image_id, images.subject_id, images.emotion, images.camera_angle_deg, images.gaze, images.path,
    deltas.reference_image_id, deltas.reference_rule, coalesce(several.reference_ids, [deltas.reference_image_id]) AS reference_ids
FROM valid_rows('features.landmarks') AS faces
JOIN catalogue.images AS images USING (image_id)
LEFT JOIN (FROM valid_rows('features.deltas') WHERE version = $version) AS deltas USING (image_id)
LEFT JOIN several USING (image_id)
SEMI JOIN people_to_check AS people ON people.subject_id = images.subject_id
WHERE faces.version = $landmarks AND images.excluded_reason IS NULL
ORDER BY images.path
