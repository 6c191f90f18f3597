-- One row per frontal_unit delta and end of the range of its norms, minus 1, without exact zeros.
WITH vectors AS (
    SELECT
        image_id, unnest(xyz[1:-1:3]) AS x, unnest(xyz[2:-1:3]) AS y, unnest(xyz[3:-1:3]) AS z
    FROM rows_to_check('features.deltas')
    SEMI JOIN (FROM features.views WHERE kind = 'frontal_unit') AS kept USING (version)
), norms AS (
    SELECT image_id, sqrt(x * x + y * y + z * z) - 1 AS beyond FROM vectors WHERE NOT (x = 0 AND y = 0 AND z = 0)
)
SELECT 'norm of directions, minus 1' AS name, unnest([min(beyond), max(beyond)]) AS value,
       -getvariable('norm_tolerance') AS low, getvariable('norm_tolerance') AS high
FROM norms
GROUP BY image_id
