-- one row a feature of today: what made it, and for how many photographs it has a value or none
WITH present AS (
    FROM features.present SELECT feature, count(*) AS n GROUP BY feature
),
absent AS (
    FROM features.absent SELECT feature, count(*) AS n GROUP BY feature
)
FROM features.current AS c
JOIN features.views AS v USING (version)
LEFT JOIN present AS p ON p.feature = c.feature
LEFT JOIN absent AS a ON a.feature = c.feature
SELECT
    c.feature, c."view", c.version, v.description, v.dtype, v.shape, v.transform, v.parameters, v.library_versions,
    coalesce(p.n, 0) AS with_value, coalesce(a.n, 0) AS without
ORDER BY c.feature
