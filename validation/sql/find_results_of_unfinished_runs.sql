-- One row a run that is not completed, though predictions, metrics or epochs of it are there.
-- (Not by SEMI JOIN with their UNION: in one of a hundred audits DuckDB 1.5.5 stopped with "Attempted to access index 0".)
SELECT runs.run_id, runs.status
FROM {batch} AS runs
WHERE runs.status <> 'completed'
  AND (
      runs.run_id IN (SELECT run_id FROM registry.predictions)
      OR runs.run_id IN (SELECT run_id FROM registry.metrics)
      OR runs.run_id IN (SELECT run_id FROM registry.epochs)
  )
