-- One row a miss whose photograph or whose view version is not in the catalogue.
SELECT misses.image_id, misses.view, misses.version
FROM {batch} AS misses
WHERE NOT EXISTS (FROM catalogue.images AS images WHERE images.image_id = misses.image_id)
   OR NOT EXISTS (FROM features.views AS views WHERE views.view = misses.view AND views.version = misses.version)
