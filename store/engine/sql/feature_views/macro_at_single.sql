-- One row per photograph: its {view} of version `wanted` as of `moment`, unless a later row of
-- features.misses hides it.
CREATE OR REPLACE MACRO features.{view}_at(wanted, moment) AS TABLE
FROM features.{view} AS f
WHERE f.version = wanted AND f.created_at <= moment
  AND NOT EXISTS (
    FROM features.misses AS m
    WHERE m.image_id = f.image_id AND m.version = wanted
      AND m.created_at > f.created_at AND m.created_at <= moment AND coalesce(m.released_at > moment, true)
  )
