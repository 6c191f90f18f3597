-- One row per photograph that becomes excluded, active, or excluded for another reason. The first of these counts: a
-- person removed it, its bytes are not in the folder, an audit quarantined it as a whole, its camera is a profile camera.
WITH quarantined AS (
    FROM features.misses
    SELECT image_id, arg_max(reason, created_at) AS reason
    WHERE "view" = 'images' AND quarantine_status = 'quarantined'
    GROUP BY image_id
),
renewed AS (
    FROM catalogue.images AS i
    LEFT JOIN quarantined AS q USING (image_id)
    SELECT
        i.image_id,
        CASE
            WHEN i.removed_at IS NOT NULL THEN $removed
            WHEN i.missing_since IS NOT NULL THEN $missing
            WHEN q.reason IS NOT NULL THEN q.reason
            WHEN i.camera_angle_deg IN (SELECT unnest($profiles)) THEN $profile
        END AS reason
)
UPDATE catalogue.images AS i SET excluded_reason = r.reason
FROM renewed AS r
WHERE r.image_id = i.image_id AND i.excluded_reason IS DISTINCT FROM r.reason
RETURNING i.image_id
