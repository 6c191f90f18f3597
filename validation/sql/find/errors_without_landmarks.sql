-- One row per row of this table whose photograph has no landmarks of the version.
SELECT stored.image_id, stored.version
FROM {batch} AS stored
WHERE NOT EXISTS (
    FROM features.landmarks AS faces WHERE faces.image_id = stored.image_id AND faces.version = stored.version
)
