-- One row per current delta whose reference has no valid landmarks; the flow `deltas` recomputes it with another one.
WITH referred AS (
    SELECT image_id, version, reference_image_id FROM valid_rows('{batch}')
    UNION
    SELECT image_id, version, reference_image_id FROM valid_rows('features.delta_references')
)
SELECT DISTINCT deltas.image_id, deltas.version
FROM referred AS deltas
JOIN features.current AS current ON current."view" = 'deltas' AND current.version = deltas.version
JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
JOIN catalogue.images AS reference ON reference.image_id = deltas.reference_image_id
ANTI JOIN (SELECT image_id, version FROM valid_rows('features.landmarks')) AS faces
  ON faces.image_id = deltas.reference_image_id AND faces.version = (views.parameters->>'landmarks')
