-- One row per person of the selected corpora, emotion and column of the changes of the measures: the mean over the
-- person's frontal photographs.
WITH photographs AS (
    FROM features.present AS n
    JOIN features.measure_changes AS m USING (image_id, version, created_at)
    JOIN catalogue.images AS i USING (image_id)
    SELECT i.subject_id, i.emotion, COLUMNS(m.*)
    WHERE i.camera_angle_deg = $frontal_deg AND i.corpus IN (SELECT unnest($corpora))
      AND i.excluded_reason IS NULL AND i.emotion <> 'unknown'
),
numbers AS (
    UNPIVOT photographs ON COLUMNS('_change_(iod|deg)$') INTO NAME column_name VALUE number
)
FROM numbers
SELECT subject_id, emotion, column_name, avg(number) AS mean, count(*) AS n_images
GROUP BY ALL
ORDER BY ALL
