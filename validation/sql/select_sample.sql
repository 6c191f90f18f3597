-- One row a photograph whose landmarks of today count, in an order that the seed shuffles, of every person one at first.
WITH faces AS (
    SELECT stored.image_id, stored.version FROM counting('features.landmarks') AS stored
    SEMI JOIN (FROM features.current WHERE feature = 'landmarks') AS current USING (version)
), chosen AS (
    SELECT
        images.image_id, images.path, faces.version, sha256($seed || images.image_id) AS shuffled,
        row_number() OVER (PARTITION BY images.subject_id ORDER BY sha256($seed || images.image_id)) AS turn
    FROM faces JOIN catalogue.images AS images USING (image_id)
    WHERE images.excluded_reason IS NULL
    ORDER BY turn, shuffled
    LIMIT $photographs
)
SELECT
    chosen.image_id, chosen.path, chosen.version, faces.xyz, pixels.version AS pixels_version, pixels.rgb,
    pixels.perceptual_hash, TRY_CAST((views.parameters->>'decode_scale') AS DOUBLE) AS decode_scale
FROM chosen
JOIN features.landmarks AS faces ON faces.image_id = chosen.image_id AND faces.version = chosen.version
JOIN features.views AS views ON views.version = chosen.version
LEFT JOIN features.current AS thumbnails ON thumbnails.feature = 'pixels'
LEFT JOIN counting('features.pixels') AS pixels
  ON pixels.image_id = chosen.image_id AND pixels.version = thumbnails.version
ORDER BY turn, shuffled
