-- One row a prediction whose part is not the one that the run's split assigns, or whose run or photograph is unknown.
SELECT predictions.run_id, predictions.image_id
FROM {batch} AS predictions
LEFT JOIN registry.runs AS runs ON runs.run_id = predictions.run_id
LEFT JOIN splits.assignments AS assignments
  ON assignments.split_id = runs.split_id AND assignments.image_id = predictions.image_id
WHERE assignments.part IS DISTINCT FROM predictions.part
