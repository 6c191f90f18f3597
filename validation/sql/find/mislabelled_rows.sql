-- One row per training row whose labels are not those at the split's moment, or whose label is not the emotion's index.
WITH known AS (
    FROM catalogue.labels_at((SELECT as_of FROM splits.current WHERE strategy = getvariable('by_person')))
)
SELECT part.image_id
FROM {batch} AS part
LEFT JOIN known USING (image_id)
LEFT JOIN catalogue.emotions AS numbered ON numbered.emotion = part.emotion
WHERE part.emotion IS DISTINCT FROM known.emotion
   OR part.subject_id IS DISTINCT FROM known.subject_id
   OR part.sex IS DISTINCT FROM known.sex
   OR part.population IS DISTINCT FROM known.population
   OR part.camera_angle_deg IS DISTINCT FROM known.camera_angle_deg
   OR part.gaze IS DISTINCT FROM known.gaze
   OR part.label IS DISTINCT FROM numbered.label
