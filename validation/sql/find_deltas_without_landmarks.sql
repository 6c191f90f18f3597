-- One row a delta of landmarks that do not count today; of an older version, also one whose reference has none.
WITH faces AS (
    SELECT image_id, version FROM counting('features.landmarks')
), behind AS (
    SELECT deltas.image_id, deltas.version, (views.parameters->>'landmarks') AS landmarks,
           unnest(CASE WHEN deltas.version IN (SELECT version FROM features.current)
                       THEN [deltas.image_id] ELSE [deltas.image_id, deltas.reference_image_id] END) AS face_id
    FROM counting('{batch}') AS deltas
    JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
)
SELECT DISTINCT behind.image_id, behind.version
FROM behind
ANTI JOIN faces ON faces.image_id = behind.face_id AND faces.version = behind.landmarks
