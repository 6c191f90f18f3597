-- One row a delta of a photograph whose landmarks do not count today, because they are gone or set aside.
SELECT deltas.image_id, deltas.version
FROM counting('{batch}') AS deltas
JOIN features.views AS views ON views."view" = 'deltas' AND views.version = deltas.version
ANTI JOIN (SELECT image_id, version FROM counting('features.landmarks')) AS faces
  ON faces.image_id = deltas.image_id AND faces.version = (views.parameters->>'landmarks')
