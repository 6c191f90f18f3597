-- One row per face: its turn towards the majority side of its corpus and camera.
SELECT format('{:03d}: turn to the majority side', camera_angle_deg) AS name,
       turned * sign(median(turned) OVER (PARTITION BY corpus, version, camera_angle_deg)) AS value,
       -getvariable('min_head_turn') AS low, NULL::DOUBLE AS high
FROM turned_faces('features.landmarks')
ORDER BY name
