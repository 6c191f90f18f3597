-- One row per aligned delta with a vector whose length differs from its magnitude.
WITH vectors AS (
    SELECT
        deltas.image_id,
        deltas.version,
        unnest(list_slice(deltas.xyz, 1, -1, 3)) AS x,
        unnest(list_slice(deltas.xyz, 2, -1, 3)) AS y,
        unnest(list_slice(deltas.xyz, 3, -1, 3)) AS z,
        unnest(deltas.magnitude) AS magnitude
    FROM rows_to_check('{batch}') AS deltas
    SEMI JOIN (FROM features.views WHERE kind = 'aligned') AS kept USING (version)
)
SELECT DISTINCT image_id, version
FROM vectors
WHERE NOT abs(sqrt(x * x + y * y + z * z) - magnitude) <= getvariable('length_tolerance') * (1 + magnitude)
