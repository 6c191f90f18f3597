-- One row per frontal_unit delta whose number of zero vectors differs from zero_norm_count.
WITH deltas AS (
    FROM rows_to_check('{batch}') SEMI JOIN (FROM features.views WHERE kind = 'frontal_unit') AS kept USING (version)
), vectors AS (
    SELECT
        image_id,
        version,
        unnest(list_slice(xyz, 1, -1, 3)) AS x,
        unnest(list_slice(xyz, 2, -1, 3)) AS y,
        unnest(list_slice(xyz, 3, -1, 3)) AS z
    FROM deltas
), zeros AS (
    SELECT image_id, version, count(*) AS counted FROM vectors WHERE x = 0 AND y = 0 AND z = 0 GROUP BY ALL
)
SELECT deltas.image_id, deltas.version
FROM deltas
LEFT JOIN zeros USING (image_id, version)
WHERE coalesce(zeros.counted, 0) <> deltas.zero_norm_count
