-- One row per rendered person of the selected corpora, action unit and camera angle: how the proxy agrees with the intended
-- intensity over the person's photographs; of AU14, with the intended intensity of the stronger side.
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
SELECT
    i.subject_id, p.unit, i.camera_angle_deg, count(*) AS n_images,
    CASE WHEN stddev_pop(p.proxy) > 0 AND stddev_pop(d.intended) > 0 THEN corr(p.proxy, d.intended) END AS correlation,
    avg(abs(p.proxy - d.intended)) AS error
WHERE i.corpus IN (SELECT unnest($corpora)) AND i.excluded_reason IS NULL
GROUP BY ALL
ORDER BY ALL
