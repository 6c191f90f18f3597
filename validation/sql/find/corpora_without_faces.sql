-- One row per corpus in use in which most active or quarantined photographs have no valid current landmarks.
WITH faces AS (
    SELECT image_id FROM features.present WHERE feature = 'landmarks'
), quarantined AS (
    SELECT image_id FROM features.misses WHERE "view" = 'images' AND quarantine_status = 'quarantined'
), photographs AS (
    SELECT images.corpus, images.excluded_reason IS NOT NULL OR faces.image_id IS NULL AS is_missing
    FROM {batch} AS images
    LEFT JOIN faces USING (image_id)
    WHERE images.corpus IN (SELECT corpus FROM corpora_in_use())
      AND images.missing_since IS NULL AND images.removed_at IS NULL
      AND (images.excluded_reason IS NULL OR images.image_id IN (FROM quarantined))
)
SELECT corpus, count_if(is_missing) AS missing, count(*) AS photographs
FROM photographs
GROUP BY corpus
HAVING count(*) >= getvariable('min_photographs') AND avg(is_missing::INT) > getvariable('max_faceless_share')
