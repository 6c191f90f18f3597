-- one row a photograph and view version without a value at a moment: the latest reason, where no value came since
CREATE OR REPLACE MACRO features.misses_at(moment) AS TABLE
FROM features.misses AS m
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
QUALIFY row_number() OVER (PARTITION BY image_id, "view", version ORDER BY created_at DESC) = 1
