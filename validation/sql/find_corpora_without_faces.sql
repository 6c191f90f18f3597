-- One row a corpus of which most photographs have no landmarks today, or are not in use.
WITH faces AS (
    SELECT image_id FROM features.present WHERE feature = 'landmarks'
), photographs AS (
    SELECT images.corpus, images.excluded_reason IS NOT NULL OR faces.image_id IS NULL AS is_missing
    FROM {batch} AS images
    LEFT JOIN faces USING (image_id)
    WHERE images.excluded_reason IS DISTINCT FROM getvariable('profile_reason')
)
SELECT corpus, count_if(is_missing) AS missing, count(*) AS photographs
FROM photographs
GROUP BY corpus
HAVING count(*) >= getvariable('fewest_photographs') AND avg(is_missing::INT) > getvariable('most_without_faces')
