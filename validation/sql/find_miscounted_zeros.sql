-- One row a delta of kind frontal_unit in which the vectors that are exactly 0 are not as many as zero_norm_count says.
WITH vectors AS (
    SELECT
        deltas.image_id,
        deltas.version,
        unnest(list_slice(deltas.xyz, 1, -1, 3)) AS x,
        unnest(list_slice(deltas.xyz, 2, -1, 3)) AS y,
        unnest(list_slice(deltas.xyz, 3, -1, 3)) AS z
    FROM {batch} AS deltas
), zeros AS (
    SELECT image_id, version, count(*) AS counted FROM vectors WHERE x = 0 AND y = 0 AND z = 0 GROUP BY ALL
)
SELECT deltas.image_id, deltas.version
FROM {batch} AS deltas
JOIN features.views AS views ON views.view = 'deltas' AND views.version = deltas.version
LEFT JOIN zeros ON zeros.image_id = deltas.image_id AND zeros.version = deltas.version
WHERE views.kind = 'frontal_unit' AND coalesce(zeros.counted, 0) <> deltas.zero_norm_count
