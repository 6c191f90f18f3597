-- One row per feature and version of its view, the current one first. `photographs` counts those with a current value,
-- or, for an earlier version, all that are stored.
WITH stored AS (
    FROM features.landmarks SELECT version, image_id
    UNION ALL FROM features.deltas SELECT version, image_id
    UNION ALL FROM features.pixels SELECT version, image_id WHERE rgb IS NOT NULL
    UNION ALL FROM features.scalar_values SELECT version, image_id
),
counts AS (
    FROM features.present SELECT version, count(*) AS n GROUP BY version
    UNION ALL
    FROM stored ANTI JOIN features.current AS c USING (version)
    SELECT version, count(DISTINCT image_id) AS n
    GROUP BY version
),
first AS (
    FROM features.services SELECT version, min(created_at) AS since WHERE service = feature GROUP BY version
)
FROM features.views AS v
LEFT JOIN counts AS s USING (version)
LEFT JOIN features.current AS c USING (version)
LEFT JOIN first AS f USING (version)
SELECT
    v.feature, v."view", v.version, c.version IS NOT NULL AS is_current,
    coalesce(c.since, f.since, v.created_at) AS since,
    v.entity, coalesce(s.n, 0) AS photographs, v.owner, v.description
ORDER BY v.feature, is_current DESC, since DESC
