-- One row per current feature: its definition, and the number of photographs with and without a value.
WITH present AS (
    FROM features.present SELECT feature, count(*) AS n GROUP BY feature
),
absent AS (
    FROM features.absent
    ANTI JOIN (FROM catalogue.images WHERE missing_since IS NOT NULL) USING (image_id)
    SELECT feature, count(*) AS n
    GROUP BY feature
)
FROM features.current AS c
JOIN features.views AS v USING (version)
LEFT JOIN present AS p ON p.feature = c.feature
LEFT JOIN absent AS a ON a.feature = c.feature
SELECT
    c.feature, c."view", c.version, v.description, v.dtype, v.shape, v.transform, v.parameters, v.library_versions,
    coalesce(p.n, 0) AS with_value, coalesce(a.n, 0) AS without
ORDER BY c.feature
