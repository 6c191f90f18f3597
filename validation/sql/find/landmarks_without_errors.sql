-- One row per face whose landmarks are over several passes and have no row in this table.
SELECT faces.image_id, faces.version
FROM features.landmarks AS faces
JOIN features.views AS views ON views."view" = 'landmarks' AND views.version = faces.version
WHERE (views.parameters->>'passes') IS NOT NULL
  AND NOT EXISTS (FROM {batch} AS stored WHERE stored.image_id = faces.image_id AND stored.version = faces.version)
