-- One row per given row: a checksum of its values; a release from quarantine applies to these values only.
WITH requested AS (
    SELECT
        unnest($image_ids::VARCHAR[]) AS image_id, unnest($views::VARCHAR[]) AS "view",
        unnest($versions::VARCHAR[]) AS version
), hashed AS (
    SELECT image_id, 'images' AS "view", '' AS version,
           concat_ws('|', subject_id, sex, population, age, emotion, camera_angle_deg, gaze, width_px, height_px,
                     parse_filename(path)) AS content
    FROM catalogue.images SEMI JOIN requested USING (image_id)
    UNION ALL
    SELECT image_id, 'landmarks', version, vector_checksum(image_id, xyz)
    FROM features.landmarks SEMI JOIN requested USING (image_id, version)
    UNION ALL
    SELECT image_id, 'pixels', version, thumbnail_checksum(image_id, rgb)
    FROM features.pixels SEMI JOIN requested USING (image_id, version)
    UNION ALL
    SELECT image_id, 'deltas', version,
           concat_ws('|', reference_image_id, zero_norm_count, magnitude, vector_checksum(image_id, xyz))
    FROM valid_rows('features.deltas') SEMI JOIN requested USING (image_id, version)
    UNION ALL
    SELECT image_id, "view", version, array_to_string(numbers, '|')
    FROM valid_rows('features.scalar_values') SEMI JOIN requested USING (image_id, version)
)
SELECT image_id, "view", version, left(sha256(coalesce(content, '')), 12) AS checksum
FROM hashed SEMI JOIN requested USING (image_id, "view", version)
