-- One row per missing feature of an unknown photograph or view version; the view `images` is the photograph itself.
SELECT misses.image_id, misses."view", misses.version
FROM {batch} AS misses
WHERE NOT EXISTS (FROM catalogue.images AS images WHERE images.image_id = misses.image_id)
   OR (
       misses."view" <> 'images'
       AND NOT EXISTS (FROM features.views AS v WHERE v."view" = misses."view" AND v.version = misses.version)
   )
