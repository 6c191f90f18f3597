-- One row per face over several passes: the mean error of its landmarks, in medians of its corpus and camera.
SELECT 'error of the landmarks, in medians' AS name,
       mean_error / median(mean_error) OVER (PARTITION BY images.corpus, images.camera_angle_deg, stored.version) AS value,
       NULL::DOUBLE AS low, getvariable('max_landmark_noise') AS high
FROM features.landmark_errors AS stored
JOIN catalogue.images AS images USING (image_id)
WHERE images.excluded_reason IS NULL AND stored.mean_error > 0
