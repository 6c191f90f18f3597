-- One row per face that is clearly turned to the other side than most faces of its corpus from the same camera.
SELECT image_id, version
FROM turned_faces('{batch}')
QUALIFY turned * sign(median(turned) OVER (PARTITION BY corpus, version, camera_angle_deg)) < -getvariable('min_head_turn')
