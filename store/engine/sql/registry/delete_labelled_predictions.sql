-- One row per deleted prediction for an unlabelled photograph that has a label now.
DELETE FROM registry.unlabelled_predictions
WHERE image_id IN (FROM catalogue.images SELECT image_id WHERE emotion <> 'unknown')
RETURNING image_id
