-- One row per photograph: its {view} of version `wanted` as of `moment`, the latest row stored by then, unless a later row
-- of features.misses hides it.
CREATE OR REPLACE MACRO features.{view}_at(wanted, moment) AS TABLE
WITH latest AS (
    FROM features.{view}
    SELECT image_id, max(created_at) AS created_at
    WHERE version = wanted AND created_at <= moment
    GROUP BY image_id
)
FROM features.{view} AS f
SEMI JOIN latest AS n ON n.image_id = f.image_id AND n.created_at = f.created_at
SELECT f.*
WHERE f.version = wanted AND f.created_at <= moment
  AND NOT EXISTS (
    FROM features.misses AS m
    WHERE m.image_id = f.image_id AND m.version = wanted
      AND m.created_at > f.created_at AND m.created_at <= moment AND coalesce(m.released_at > moment, true)
  )
