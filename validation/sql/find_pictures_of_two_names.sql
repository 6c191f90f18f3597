-- One row a photograph in use whose thumbnail another of the corpus has too, byte for byte; of equal labels the first stays.
WITH pictures AS (
    SELECT
        images.image_id, images.path, images.corpus, pixels.version, hash(pixels.rgb) AS mark,
        (images.subject_id, images.emotion, images.camera_angle_deg, images.gaze) AS labels
    FROM counting('features.pixels') AS pixels
    JOIN {batch} AS images USING (image_id)
    WHERE images.excluded_reason IS NULL AND pixels.rgb IS NOT NULL
), shared AS (
    SELECT
        image_id, count(*) OVER same AS copies, min(labels) OVER same <> max(labels) OVER same AS is_contradictory,
        row_number() OVER (PARTITION BY corpus, version, mark ORDER BY path) AS place
    FROM pictures
    WINDOW same AS (PARTITION BY corpus, version, mark)
)
SELECT DISTINCT image_id
FROM shared
WHERE copies > 1 AND (is_contradictory OR place > 1)
