-- One row per photograph whose labels differ from the latest known ones.
WITH latest AS (
    FROM catalogue.labels QUALIFY row_number() OVER (PARTITION BY image_id ORDER BY known_at DESC) = 1
)
SELECT images.image_id
FROM {batch} AS images
JOIN latest ON latest.image_id = images.image_id
WHERE images.subject_id IS DISTINCT FROM latest.subject_id
   OR images.emotion IS DISTINCT FROM latest.emotion
   OR images.camera_angle_deg IS DISTINCT FROM latest.camera_angle_deg
   OR images.gaze IS DISTINCT FROM latest.gaze
   OR images.sex IS DISTINCT FROM latest.sex
   OR images.population IS DISTINCT FROM latest.population
