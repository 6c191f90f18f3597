-- One row a photograph with landmarks of today, or with the miss of them; in an order that the seed shuffles.
-- Of every person one comes first, and of both kinds as many as are asked for.
WITH today AS (
    SELECT version FROM features.current WHERE feature = 'landmarks'
), looked_at AS (
    SELECT image_id, version, true AS has_face
    FROM counting('features.landmarks') AS stored SEMI JOIN today USING (version)
    UNION ALL
    SELECT image_id, version, false
    FROM features.absent
    WHERE feature = 'landmarks' AND reason = $no_face
), shuffled AS (
    SELECT
        images.image_id, images.path, images.width_px, images.height_px, looked_at.version, has_face,
        sha256($seed || images.image_id) AS place,
        row_number() OVER (PARTITION BY has_face, images.subject_id ORDER BY sha256($seed || images.image_id)) AS turn
    FROM looked_at JOIN catalogue.images AS images USING (image_id)
    WHERE images.excluded_reason IS NULL
), chosen AS (
    FROM shuffled
    QUALIFY row_number() OVER (PARTITION BY has_face ORDER BY turn, place)
        <= CASE WHEN has_face THEN $photographs ELSE $misses END
)
SELECT
    chosen.image_id, chosen.path, chosen.width_px, chosen.height_px, chosen.version, faces.xyz,
    pixels.version AS pixels_version, pixels.rgb, pixels.perceptual_hash,
    TRY_CAST((views.parameters->>'decode_scale') AS DOUBLE) AS decode_scale
FROM chosen
JOIN features.views AS views ON views.version = chosen.version
LEFT JOIN features.landmarks AS faces
  ON chosen.has_face AND faces.image_id = chosen.image_id AND faces.version = chosen.version
LEFT JOIN features.current AS thumbnails ON thumbnails.feature = 'pixels'
LEFT JOIN counting('features.pixels') AS pixels
  ON pixels.image_id = chosen.image_id AND pixels.version = thumbnails.version
ORDER BY has_face DESC, turn, place
