-- One row per run in use that is not completed but has predictions, metrics or epochs.
SELECT runs.run_id, runs.status
FROM {batch} AS runs
SEMI JOIN runs_in_use() AS used USING (run_id)
WHERE runs.status <> 'completed'
  AND (
      runs.run_id IN (SELECT run_id FROM registry.predictions)
      OR runs.run_id IN (SELECT run_id FROM registry.metrics)
      OR runs.run_id IN (SELECT run_id FROM registry.epochs)
  )
