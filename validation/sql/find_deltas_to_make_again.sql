-- One row a delta of today's version whose reference has no landmarks that count: `deltas` makes it again of another.
SELECT deltas.image_id, deltas.version
FROM counting('{batch}') AS deltas
JOIN features.current AS today ON today."view" = 'deltas' AND today.version = deltas.version
JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
JOIN catalogue.images AS reference ON reference.image_id = deltas.reference_image_id
ANTI JOIN (SELECT image_id, version FROM counting('features.landmarks')) AS faces
  ON faces.image_id = deltas.reference_image_id AND faces.version = (views.parameters->>'landmarks')
