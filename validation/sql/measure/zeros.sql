-- One row per frontal_unit delta: the number of vectors without a direction.
SELECT 'vectors without a direction' AS name, zero_norm_count AS value, 0.0 AS low,
       getvariable('landmark_count') - 1 AS high
FROM rows_to_check('features.deltas')
SEMI JOIN (FROM features.views WHERE kind = 'frontal_unit') AS kept USING (version)
