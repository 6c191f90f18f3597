-- One row a delta whose reference is not a neutral photograph of the same person, with landmarks that count.
WITH faces AS (
    SELECT image_id, version FROM counting('features.landmarks')
)
SELECT deltas.image_id, deltas.version
FROM counting('{batch}') AS deltas
JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
LEFT JOIN catalogue.images AS images ON images.image_id = deltas.image_id
LEFT JOIN catalogue.images AS reference ON reference.image_id = deltas.reference_image_id
WHERE reference.subject_id IS DISTINCT FROM images.subject_id
   OR reference.emotion IS DISTINCT FROM getvariable('reference_emotion')
   OR NOT EXISTS (
       FROM faces
       WHERE faces.image_id = deltas.reference_image_id AND faces.version = (views.parameters->>'landmarks')
   )
