-- One row per view version, landmark group and axis: statistics over the latest vectors that no later row of
-- features.misses hides.
WITH stored AS (
    FROM features.landmarks SELECT image_id, version, created_at
    UNION ALL
    FROM features.deltas SELECT image_id, version, max(created_at) GROUP BY ALL
),
current_rows AS (
    FROM stored AS s
    WHERE NOT EXISTS (
        FROM features.misses AS m
        WHERE m.image_id = s.image_id AND m.version = s.version AND m.created_at > s.created_at AND m.released_at IS NULL
    )
),
vectors AS (
    FROM features.landmarks SEMI JOIN current_rows USING (image_id, version, created_at) SELECT version, xyz
    UNION ALL
    FROM features.deltas SEMI JOIN current_rows USING (image_id, version, created_at) SELECT version, xyz
),
groups AS (
    SELECT unnest($group_names) AS landmark_group, unnest($group_landmarks) AS landmark
),
axes AS (
    SELECT unnest(['x', 'y', 'z']) AS axis, unnest([1, 2, 3]) AS axis_number
),
numbers AS (
    FROM vectors
    SELECT version, generate_subscripts(xyz, 1) AS position, unnest(xyz)::DOUBLE AS number
),
positions AS (
    FROM numbers
    SELECT
        version, position, count(*) AS n, sum(number) AS total, sum(number * number) AS squares,
        min(number) AS least, max(number) AS greatest, count(*) FILTER (number = 0) AS zeros
    GROUP BY ALL
)
FROM positions AS p
JOIN axes AS a ON (p.position - 1) % 3 + 1 = a.axis_number
JOIN groups AS g ON (p.position - 1) // 3 = g.landmark
JOIN features.views AS v USING (version)
SELECT
    v."view", version, v.feature, g.landmark_group, a.axis, max(n) AS n_images, sum(n)::UBIGINT AS n_values,
    sum(total) / sum(n) AS mean, sqrt(greatest(0, sum(squares) / sum(n) - pow(sum(total) / sum(n), 2))) AS sd,
    min(least) AS least, max(greatest) AS greatest, sum(zeros) / sum(n) AS share_zero
GROUP BY ALL
ORDER BY ALL
