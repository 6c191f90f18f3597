-- One row per row of this table whose landmarks are not valid now; features of no landmarks have none.
SELECT feature.image_id, feature.version
FROM valid_rows('{batch}') AS feature
JOIN features.views AS views ON 'features.' || views."view" = '{batch}' AND views.version = feature.version
 AND (views.parameters->>'landmarks') IS NOT NULL
ANTI JOIN (SELECT image_id, version FROM valid_rows('features.landmarks')) AS faces
  ON faces.image_id = feature.image_id AND faces.version = (views.parameters->>'landmarks')
