-- One row per sampled valid row of a version of a feature of the user's own, with the file and size of the photograph.
SELECT stored.image_id, stored.numbers, images.path, images.width_px, images.height_px
FROM valid_rows('features.own_values') AS stored
JOIN catalogue.images AS images USING (image_id)
WHERE stored.version = $version AND images.excluded_reason IS NULL
ORDER BY sha256(stored.image_id || $seed)
LIMIT $photographs
