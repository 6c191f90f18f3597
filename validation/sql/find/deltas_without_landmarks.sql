-- One row per delta whose landmarks are not valid now; of an older version, also one whose reference has none.
WITH faces AS (
    SELECT image_id, version FROM valid_rows('features.landmarks')
), inputs AS (
    SELECT deltas.image_id, deltas.version, (views.parameters->>'landmarks') AS landmarks,
           unnest(CASE WHEN deltas.version IN (SELECT version FROM features.current)
                       THEN [deltas.image_id] ELSE [deltas.image_id, deltas.reference_image_id] END) AS face_id
    FROM valid_rows('{batch}') AS deltas
    JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
    UNION ALL
    SELECT several.image_id, several.version, (views.parameters->>'landmarks'), several.reference_image_id
    FROM valid_rows('features.delta_references') AS several
    JOIN features.views AS views ON views."view" = 'deltas' AND views.version = several.version
    WHERE several.version NOT IN (SELECT version FROM features.current)
)
SELECT DISTINCT inputs.image_id, inputs.version
FROM inputs
ANTI JOIN faces ON faces.image_id = inputs.face_id AND faces.version = inputs.landmarks
