-- One row per active photograph with the same thumbnail as another of its corpus; with equal labels, the first is kept.
WITH thumbnails AS (
    SELECT
        images.image_id, images.path, images.corpus, pixels.version, pixels.checksum,
        struct_pack(
            subject_id := images.subject_id, emotion := images.emotion,
            camera_angle_deg := images.camera_angle_deg, gaze := images.gaze
        ) AS labels
    FROM hashed_thumbnails() AS pixels
    JOIN {batch} AS images USING (image_id)
    WHERE images.excluded_reason IS NULL
), shared AS (
    SELECT
        image_id, count(*) OVER same AS copies,
        min(labels) FILTER (labels.emotion <> 'unknown') OVER same
            IS DISTINCT FROM max(labels) FILTER (labels.emotion <> 'unknown') OVER same AS is_contradictory,
        row_number() OVER sorted AS number, first_value(image_id) OVER sorted AS first_image_id,
        lead(image_id) OVER sorted AS next_image_id
    FROM thumbnails
    WINDOW
        same AS (PARTITION BY corpus, version, checksum),
        sorted AS (PARTITION BY corpus, version, checksum ORDER BY labels.emotion = 'unknown', path)
)
SELECT image_id, min(CASE WHEN number = 1 THEN next_image_id ELSE first_image_id END) AS other_image_id
FROM shared
WHERE copies > 1 AND (is_contradictory OR number > 1)
GROUP BY image_id
