-- One row per face whose landmarks are far less precise than those of other faces of its corpus and camera.
SELECT stored.image_id, stored.version
FROM {batch} AS stored
JOIN catalogue.images AS images USING (image_id)
WHERE images.excluded_reason IS NULL AND stored.mean_error IS NOT NULL
QUALIFY mean_error > getvariable('max_landmark_noise')
    * median(mean_error) OVER (PARTITION BY images.corpus, images.camera_angle_deg, stored.version)
