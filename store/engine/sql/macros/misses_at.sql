-- One row per photograph and view version without a value as of `moment`, with the latest reason.
CREATE OR REPLACE MACRO features.misses_at(moment) AS TABLE
FROM features.misses AS m
SELECT m.* REPLACE (CASE WHEN m.quarantine_status IS NOT NULL THEN 'quarantined' END AS quarantine_status)
WHERE m.created_at <= moment AND coalesce(m.released_at > moment, true)
  AND NOT EXISTS (
    FROM features.landmarks AS f
    WHERE f.image_id = m.image_id AND f.version = m.version AND f.created_at > m.created_at AND f.created_at <= moment
  )
  AND NOT EXISTS (
    FROM features.deltas AS f
    WHERE f.image_id = m.image_id AND f.version = m.version AND f.created_at > m.created_at AND f.created_at <= moment
  )
  AND NOT EXISTS (
    FROM features.pixels AS f
    WHERE f.image_id = m.image_id AND f.version = m.version AND f.created_at > m.created_at AND f.created_at <= moment
  )
  AND NOT EXISTS (
    FROM features.scalar_values AS f
    WHERE f.image_id = m.image_id AND f.version = m.version AND f.created_at > m.created_at AND f.created_at <= moment
  )
QUALIFY row_number() OVER (PARTITION BY image_id, "view", version ORDER BY created_at DESC) = 1
