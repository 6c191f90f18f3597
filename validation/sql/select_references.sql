-- One row a photograph in use with landmarks of one version: what decides its reference, and what its delta names.
SELECT
    images.image_id, images.subject_id, images.emotion, images.camera_angle_deg, images.gaze, images.path,
    deltas.reference_image_id, deltas.reference_rule
FROM counting('features.landmarks') AS faces
JOIN catalogue.images AS images USING (image_id)
LEFT JOIN (FROM counting('features.deltas') WHERE version = $version) AS deltas USING (image_id)
WHERE faces.version = $landmarks AND images.excluded_reason IS NULL
ORDER BY images.path
