-- One row per view version, landmark group and axis: mean and standard deviation when published.
SELECT version, landmark_group, axis, n_images, mean, sd FROM features.statistics
