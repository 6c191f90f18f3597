-- One row a view version, landmark group and axis: mean and spread when it was published.
SELECT version, landmark_group, axis, n_images, mean, sd FROM features.statistics
