-- One row per current feature, landmark group and axis: statistics over all photographs that have the feature.
CREATE OR REPLACE VIEW feature_stats AS
FROM features.statistics AS s
SEMI JOIN features.current AS c USING (version)
SELECT feature, landmark_group, axis, n_images, n_values, mean, sd, least AS min, greatest AS max, share_zero, version
ORDER BY feature, landmark_group, axis
