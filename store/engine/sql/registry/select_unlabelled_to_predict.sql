-- One row per active unlabelled photograph that has all of these current features and no prediction of a run.
FROM catalogue.images AS i
JOIN features.present AS p USING (image_id)
SELECT image_id
WHERE i.emotion = 'unknown' AND i.excluded_reason IS NULL AND p.feature IN (SELECT unnest($features::VARCHAR[]))
  AND image_id NOT IN (FROM registry.unlabelled_predictions SELECT image_id WHERE run_id = $run_id)
GROUP BY image_id
HAVING count(DISTINCT p.feature) = len($features::VARCHAR[])
ORDER BY image_id
