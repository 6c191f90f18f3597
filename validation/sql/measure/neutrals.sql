-- One row per neutral face: its movement, in medians of its corpus and camera.
SELECT 'movement of neutral faces, in medians' AS name,
       moved / median(moved) OVER (PARTITION BY corpus, version, camera_angle_deg) AS value,
       NULL::DOUBLE AS low, getvariable('max_neutral_movement') AS high
FROM moved_neutrals('features.deltas')
