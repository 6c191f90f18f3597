-- One row per rendered photograph and action unit: the proxy and the intensity with which the face was drawn; of AU14, the
-- intensity of the stronger side.
CREATE OR REPLACE VIEW features.rendered_units AS
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
SELECT p.image_id, p.unit, p.proxy, d.intended
