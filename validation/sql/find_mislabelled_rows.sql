-- One row a training row whose labels are not the catalogue's, or whose label is not the emotion's index.
SELECT part.image_id
FROM {batch} AS part
LEFT JOIN catalogue.images AS images ON images.image_id = part.image_id
WHERE part.emotion IS DISTINCT FROM images.emotion
   OR part.subject_id IS DISTINCT FROM images.subject_id
   OR part.camera_angle_deg IS DISTINCT FROM images.camera_angle_deg
   OR part.gaze IS DISTINCT FROM images.gaze
   OR part.label IS DISTINCT FROM list_position(getvariable('emotions'), part.emotion) - 1
