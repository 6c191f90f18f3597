-- One row a prediction whose truth is not the photograph's emotion.
SELECT predictions.run_id, predictions.image_id
FROM {batch} AS predictions
LEFT JOIN catalogue.images AS images ON images.image_id = predictions.image_id
WHERE predictions.truth IS DISTINCT FROM list_position(getvariable('emotions'), images.emotion) - 1
