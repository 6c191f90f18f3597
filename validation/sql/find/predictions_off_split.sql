-- One row per prediction of a run in use whose part differs from the run's split, or of an unknown run or photograph.
SELECT predictions.run_id, predictions.image_id
FROM {batch} AS predictions
LEFT JOIN registry.runs AS runs ON runs.run_id = predictions.run_id
LEFT JOIN splits.assignments AS assignments
  ON assignments.split_id = runs.split_id AND assignments.image_id = predictions.image_id
WHERE assignments.part IS DISTINCT FROM predictions.part
  AND (runs.run_id IS NULL OR runs.run_id IN (SELECT run_id FROM runs_in_use()))
