-- One row per prediction for an unlabelled photograph of a photograph that has a label, or that is not in the catalogue.
SELECT predictions.run_id, predictions.image_id
FROM {batch} AS predictions
LEFT JOIN catalogue.images AS images USING (image_id)
WHERE images.emotion IS DISTINCT FROM 'unknown'
