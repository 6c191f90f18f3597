-- One row a delta of kind frontal_unit with a vector whose length is neither 1 nor exactly 0.
WITH vectors AS (
    SELECT
        deltas.image_id,
        deltas.version,
        unnest(list_slice(deltas.xyz, 1, -1, 3)) AS x,
        unnest(list_slice(deltas.xyz, 2, -1, 3)) AS y,
        unnest(list_slice(deltas.xyz, 3, -1, 3)) AS z
    FROM {batch} AS deltas
    JOIN features.views AS views ON views.view = 'deltas' AND views.version = deltas.version
    WHERE views.kind = 'frontal_unit'
)
SELECT DISTINCT image_id, version
FROM vectors
WHERE NOT (x = 0 AND y = 0 AND z = 0)
  AND NOT abs(sqrt(x * x + y * y + z * z) - 1) <= getvariable('norm_tolerance')
