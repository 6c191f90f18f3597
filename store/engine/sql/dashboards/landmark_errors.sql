-- One row per camera angle: the mean standard error of a face's landmarks over several passes, over the photographs.
FROM features.landmark_errors AS e
JOIN features.present AS p USING (image_id, version)
JOIN catalogue.images AS i USING (image_id)
SELECT
    'landmark_errors' AS "view", 'mean_error' AS column_name, i.camera_angle_deg, count(*) AS n_images,
    avg(e.mean_error) AS mean, stddev_pop(e.mean_error) AS sd, min(e.mean_error)::DOUBLE AS least,
    max(e.mean_error)::DOUBLE AS greatest
WHERE p.feature = 'landmarks' AND e.mean_error IS NOT NULL AND i.excluded_reason IS NULL
  AND i.corpus IN (SELECT unnest($corpora))
GROUP BY i.camera_angle_deg
ORDER BY i.camera_angle_deg
