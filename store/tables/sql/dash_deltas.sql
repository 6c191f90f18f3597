-- one row a frontal photograph of the named corpora with an aligned delta that counts today
FROM features.present AS n
JOIN features.deltas AS d USING (image_id, version, created_at)
JOIN catalogue.images AS i USING (image_id)
SELECT i.emotion, d.xyz
WHERE n.feature = 'aligned' AND i.camera_angle_deg = $frontal_deg AND i.corpus IN (SELECT unnest($corpora))
  AND i.excluded_reason IS NULL
ORDER BY i.image_id
