-- one row a photograph whose thumbnail of one version counted at a moment: stored by then, and not hidden by a miss
CREATE OR REPLACE MACRO features.pixels_at(wanted, moment) AS TABLE
FROM features.pixels AS p
WHERE p.version = wanted AND p.created_at <= moment
  AND NOT EXISTS (
    FROM features.misses AS m
    WHERE m.image_id = p.image_id AND m.version = wanted
      AND m.created_at > p.created_at AND m.created_at <= moment AND coalesce(m.released_at > moment, true)
  )
