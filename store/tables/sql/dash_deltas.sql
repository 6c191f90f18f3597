-- one row a frontal photograph of the named corpora with an aligned delta of the given version
SELECT i.emotion, d.xyz
FROM features.deltas AS d JOIN catalogue.images AS i USING (image_id)
WHERE d.version = $version AND i.camera_angle_deg = $frontal_deg AND i.corpus IN (SELECT unnest($corpora))
ORDER BY i.image_id
