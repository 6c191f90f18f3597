-- One row per row of this table whose photograph or version is missing from the catalogue.
SELECT feature.image_id, feature.version
FROM {batch} AS feature
WHERE NOT EXISTS (FROM catalogue.images AS images WHERE images.image_id = feature.image_id)
   OR NOT EXISTS (
       FROM features.views AS views
       WHERE 'features.' || views."view" = '{batch}' AND views.version = feature.version
   )
