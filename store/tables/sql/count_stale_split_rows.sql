-- one number: rows of the split tables that differ from what their split and the current features say
WITH shown AS (
    FROM splits.train SELECT image_id, 'train' AS part, landmarks IS NULL AS l, frontal_unit IS NULL AS f, aligned IS NULL AS a
    UNION ALL
    FROM splits.validate SELECT image_id, 'validate', landmarks IS NULL, frontal_unit IS NULL, aligned IS NULL
    UNION ALL
    FROM splits.test SELECT image_id, 'test', landmarks IS NULL, frontal_unit IS NULL, aligned IS NULL
),
expected AS (
    FROM splits.assignments AS s
    SELECT
        s.image_id, s.part,
        NOT EXISTS (FROM features.landmarks AS x WHERE x.image_id = s.image_id AND x.version = $landmarks) AS l,
        NOT EXISTS (FROM features.deltas AS x WHERE x.image_id = s.image_id AND x.version = $frontal_unit) AS f,
        NOT EXISTS (FROM features.deltas AS x WHERE x.image_id = s.image_id AND x.version = $aligned) AS a
    WHERE s.split_id = $split_id
)
SELECT count(*) FROM ((FROM expected EXCEPT FROM shown) UNION ALL (FROM shown EXCEPT FROM expected))
