-- One row per photograph with current landmarks, or recorded without a face, shuffled by the seed.
-- One photograph per person comes first; faces and photographs without a face have separate limits.
WITH current AS (
    SELECT version FROM features.current WHERE feature = 'landmarks'
), single AS (
    FROM features.services
    SELECT version
    WHERE service = 'single_landmarks' AND version NOT IN (FROM current)
    QUALIFY row_number() OVER (ORDER BY created_at DESC) = 1
), candidates AS (
    SELECT image_id, version, true AS has_face
    FROM valid_rows('features.landmarks') AS stored SEMI JOIN current USING (version)
    UNION ALL
    SELECT image_id, version, false
    FROM features.absent
    WHERE feature = 'landmarks' AND reason = $no_face
), shuffled AS (
    SELECT
        images.image_id, images.path, images.width_px, images.height_px, candidates.version, has_face,
        sha256($seed || images.image_id) AS shuffle_key,
        row_number() OVER (PARTITION BY has_face, images.subject_id ORDER BY sha256($seed || images.image_id)) AS turn
    FROM candidates JOIN catalogue.images AS images USING (image_id)
    WHERE images.excluded_reason IS NULL AND images.corpus IN (SELECT corpus FROM corpora_in_use())
), chosen AS (
    FROM shuffled
    QUALIFY row_number() OVER (PARTITION BY has_face ORDER BY turn, shuffle_key)
        <= CASE WHEN has_face THEN $photographs ELSE $without_face END
)
SELECT
    chosen.image_id, chosen.path, chosen.width_px, chosen.height_px, chosen.version, faces.xyz, faces.face_count,
    pixels.version AS pixels_version, pixels.rgb, bicubic.version AS bicubic_version, bicubic.rgb AS bicubic_rgb,
    single_faces.version AS single_version, single_faces.xyz AS single_xyz,
    TRY_CAST((views.parameters->>'decode_scale') AS DOUBLE) AS decode_scale,
    coalesce(TRY_CAST((views.parameters->>'passes') AS INTEGER), 1) AS passes,
    coalesce((views.parameters->>'refine_landmarks')::BOOLEAN, false) AS has_attention,
    (views.parameters->>'average') AS average
FROM chosen
JOIN features.views AS views ON views.version = chosen.version
LEFT JOIN features.landmarks AS faces
  ON chosen.has_face AND faces.image_id = chosen.image_id AND faces.version = chosen.version
LEFT JOIN features.current AS thumbnails ON thumbnails.feature = 'pixels'
LEFT JOIN valid_rows('features.pixels') AS pixels
  ON pixels.image_id = chosen.image_id AND pixels.version = thumbnails.version
LEFT JOIN features.current AS bicubic_thumbnails ON bicubic_thumbnails.feature = 'bicubic_pixels'
LEFT JOIN valid_rows('features.pixels') AS bicubic
  ON bicubic.image_id = chosen.image_id AND bicubic.version = bicubic_thumbnails.version
LEFT JOIN (FROM valid_rows('features.landmarks') SEMI JOIN single USING (version)) AS single_faces
  ON single_faces.image_id = chosen.image_id
ORDER BY has_face DESC, turn, shuffle_key
