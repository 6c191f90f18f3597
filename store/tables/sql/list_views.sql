-- one row a feature and version of its view, that of today first
WITH stored AS (
    FROM features.landmarks SELECT version, image_id
    UNION ALL FROM features.deltas SELECT version, image_id
    UNION ALL FROM features.pixels SELECT version, image_id
),
counted AS (
    FROM stored SELECT version, count(DISTINCT image_id) AS n GROUP BY version
)
FROM features.views AS v
LEFT JOIN counted AS s USING (version)
LEFT JOIN features.current AS c USING (version)
SELECT
    v.feature, v."view", v.version, c.version IS NOT NULL AS is_current, coalesce(c.since, v.created_at) AS since,
    v.entity, coalesce(s.n, 0) AS photographs, v.owner, v.description
ORDER BY v.feature, is_current DESC, since DESC
