-- One row a row of features.deltas whose photograph or whose version is not in the catalogue.
SELECT feature.image_id, feature.version
FROM {batch} AS feature
WHERE NOT EXISTS (FROM catalogue.images AS images WHERE images.image_id = feature.image_id)
   OR NOT EXISTS (FROM features.views AS views WHERE views.view = 'deltas' AND views.version = feature.version)
