-- One row per active photograph with landmarks of one version: what decides its reference, and its delta's reference.
SELECT
    images.image_id, images.subject_id, images.emotion, images.camera_angle_deg, images.gaze, images.path,
    deltas.reference_image_id, deltas.reference_rule
FROM valid_rows('features.landmarks') AS faces
JOIN catalogue.images AS images USING (image_id)
LEFT JOIN (FROM valid_rows('features.deltas') WHERE version = $version) AS deltas USING (image_id)
WHERE faces.version = $landmarks AND images.excluded_reason IS NULL
ORDER BY images.path
