-- One row per delta whose reference is not a neutral photograph of the same person.
SELECT deltas.image_id, deltas.version
FROM valid_rows('{batch}') AS deltas
LEFT JOIN catalogue.images AS images ON images.image_id = deltas.image_id
LEFT JOIN catalogue.images AS reference ON reference.image_id = deltas.reference_image_id
WHERE reference.subject_id IS DISTINCT FROM images.subject_id
   OR reference.emotion IS DISTINCT FROM getvariable('reference_emotion')
