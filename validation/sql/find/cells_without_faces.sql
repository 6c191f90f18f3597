-- One row per corpus in use, camera and emotion in which many photographs have no current landmarks or are excluded.
WITH faces AS (
    SELECT image_id FROM features.present WHERE feature = 'landmarks'
), photographs AS (
    SELECT images.corpus, images.camera_angle_deg, images.emotion,
           images.excluded_reason IS NOT NULL OR faces.image_id IS NULL AS is_missing
    FROM {batch} AS images
    LEFT JOIN faces USING (image_id)
    WHERE images.corpus IN (SELECT corpus FROM corpora_in_use())
      AND images.missing_since IS NULL AND images.removed_at IS NULL
      AND images.excluded_reason IS DISTINCT FROM getvariable('profile_reason')
)
SELECT corpus, camera_angle_deg, emotion, count_if(is_missing) AS missing, count(*) AS photographs
FROM photographs
GROUP BY corpus, camera_angle_deg, emotion
HAVING count(*) >= getvariable('min_photographs') AND avg(is_missing::INT) > getvariable('warned_faceless_share')
ORDER BY ALL
