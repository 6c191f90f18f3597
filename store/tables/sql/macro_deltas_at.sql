-- one row a photograph whose delta of one version counted at a moment: the latest stored by then, not hidden by a miss
CREATE OR REPLACE MACRO features.deltas_at(wanted, moment) AS TABLE
WITH latest AS (
    FROM features.deltas
    SELECT image_id, max(created_at) AS created_at
    WHERE version = wanted AND created_at <= moment
    GROUP BY image_id
)
FROM features.deltas AS d
SEMI JOIN latest AS n ON n.image_id = d.image_id AND n.created_at = d.created_at
SELECT d.*
WHERE d.version = wanted AND d.created_at <= moment
  AND NOT EXISTS (
    FROM features.misses AS m
    WHERE m.image_id = d.image_id AND m.version = wanted
      AND m.created_at > d.created_at AND m.created_at <= moment AND coalesce(m.released_at > moment, true)
  )
