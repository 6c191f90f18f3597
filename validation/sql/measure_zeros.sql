-- One row a delta of kind frontal_unit: how many of its vectors have no direction.
SELECT 'vectors without a direction' AS name, zero_norm_count AS value, 0.0 AS low,
       getvariable('landmark_count') - 1 AS high
FROM counting('features.deltas')
SEMI JOIN (FROM features.views WHERE kind = 'frontal_unit') AS kept USING (version)
