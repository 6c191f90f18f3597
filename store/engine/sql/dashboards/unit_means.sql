-- One row per rendered person of the selected corpora, emotion and action unit: means of the proxy and of the intended
-- intensity over the person's frontal photographs; of AU14, the intended intensity of the stronger side.
WITH latest AS (
    FROM catalogue.intended_action_units QUALIFY row_number() OVER (PARTITION BY image_id ORDER BY known_at DESC) = 1
),
proxies AS (
    UNPIVOT (
        FROM features.present AS n
        JOIN features.action_unit_proxies AS p USING (image_id, version, created_at)
        SELECT p.* EXCLUDE (version, seal, created_at)
    ) ON * EXCLUDE (image_id) INTO NAME unit VALUE proxy
),
intended AS (
    UNPIVOT (
        FROM latest
        SELECT * EXCLUDE (known_at, au14_opposite_intended)
            REPLACE (greatest(au14_intended, au14_opposite_intended) AS au14_intended)
    ) ON * EXCLUDE (image_id) INTO NAME column_name VALUE intended
)
FROM proxies AS p
JOIN intended AS d ON d.image_id = p.image_id AND d.column_name = p.unit || '_intended'
JOIN catalogue.images AS i ON i.image_id = p.image_id
SELECT i.subject_id, i.emotion, p.unit, avg(p.proxy) AS proxy, avg(d.intended) AS intended
WHERE i.camera_angle_deg = $frontal_deg AND i.corpus IN (SELECT unnest($corpora)) AND i.excluded_reason IS NULL
GROUP BY ALL
ORDER BY ALL
