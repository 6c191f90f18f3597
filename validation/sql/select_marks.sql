-- One row a row that can be set aside: a checksum of the values that a person who releases it has seen.
WITH asked AS (
    SELECT
        unnest($image_ids::VARCHAR[]) AS image_id, unnest($views::VARCHAR[]) AS "view",
        unnest($versions::VARCHAR[]) AS version
), marked AS (
    SELECT image_id, 'images' AS "view", '' AS version,
           concat_ws('|', subject_id, sex, population, age, emotion, camera_angle_deg, gaze, width_px, height_px,
                     parse_filename(path)) AS told
    FROM catalogue.images SEMI JOIN asked USING (image_id)
    UNION ALL
    SELECT image_id, 'landmarks', version, seal_of_vector(image_id, xyz)
    FROM features.landmarks SEMI JOIN asked USING (image_id, version)
    UNION ALL
    SELECT image_id, 'pixels', version, seal_of_picture(image_id, rgb)
    FROM features.pixels SEMI JOIN asked USING (image_id, version)
    UNION ALL
    SELECT image_id, 'deltas', version,
           concat_ws('|', reference_image_id, zero_norm_count, magnitude, seal_of_vector(image_id, xyz))
    FROM counting('features.deltas') SEMI JOIN asked USING (image_id, version)
)
SELECT image_id, "view", version, left(sha256(coalesce(told, '')), 12) AS mark
FROM marked SEMI JOIN asked USING (image_id, "view", version)
