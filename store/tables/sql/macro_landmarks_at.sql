-- one row a photograph whose landmarks of one version counted at a moment: stored by then, and not hidden by a miss
CREATE OR REPLACE MACRO features.landmarks_at(wanted, moment) AS TABLE
FROM features.landmarks AS l
WHERE l.version = wanted AND l.created_at <= moment
  AND NOT EXISTS (
    FROM features.misses AS m
    WHERE m.image_id = l.image_id AND m.version = wanted
      AND m.created_at > l.created_at AND m.created_at <= moment AND coalesce(m.released_at > moment, true)
  )
