-- One row per version of a scalar feature view, column and camera angle: statistics when published.
SELECT version, column_name, camera_angle_deg, n_images, mean, sd FROM features.scalar_statistics
