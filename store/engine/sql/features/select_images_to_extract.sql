-- One row per active photograph that lacks values of these versions and is not recorded as missing them, in the order
-- in which rows of a split are read; unreadable photographs are retried. `lacks_face`: landmarks or pixels are missing.
-- What only the published recipe reads is not looked for if its version is NULL.
WITH missing AS (
    FROM features.misses_at($moment) SELECT image_id, version WHERE NOT starts_with(reason, $retried)
), photographs AS (
    FROM catalogue.images AS i
    SELECT
        image_id, path,
        NOT EXISTS (FROM features.pixels AS p WHERE p.image_id = i.image_id AND p.version = $pixels)
        OR NOT (
            EXISTS (FROM features.landmarks AS l WHERE l.image_id = i.image_id AND l.version = $landmarks)
            OR EXISTS (FROM missing AS m WHERE m.image_id = i.image_id AND m.version = $landmarks)
        ) AS lacks_face,
        $bicubic_pixels::VARCHAR IS NOT NULL
        AND NOT EXISTS (FROM features.pixels AS p WHERE p.image_id = i.image_id AND p.version = $bicubic_pixels)
        AS lacks_bicubic,
        $single_landmarks::VARCHAR IS NOT NULL
        AND NOT EXISTS (FROM features.landmarks AS l WHERE l.image_id = i.image_id AND l.version = $single_landmarks)
        AND NOT EXISTS (FROM missing AS m WHERE m.image_id = i.image_id AND m.version = $single_landmarks)
        AS lacks_single
    WHERE excluded_reason IS NULL
)
FROM photographs
WHERE lacks_face OR lacks_bicubic OR lacks_single
ORDER BY image_id
