-- One row per column of a scalar feature view and camera angle: statistics over the photographs that have a value.
FROM features.scalar_statistics AS s
SEMI JOIN features.current AS c USING (version)
SELECT "view", column_name, camera_angle_deg, n_images, mean, sd, least, greatest
ORDER BY "view", column_name, camera_angle_deg
