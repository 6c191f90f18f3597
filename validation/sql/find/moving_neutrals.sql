-- One row per delta of a neutral face that moves far more than other neutral faces of its corpus and camera.
SELECT image_id, version
FROM moved_neutrals('{batch}')
QUALIFY moved > getvariable('max_neutral_movement') * median(moved) OVER (PARTITION BY corpus, version, camera_angle_deg)
