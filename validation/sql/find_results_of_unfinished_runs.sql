-- One row a run that is not completed, though predictions, metrics or epochs of it are there.
WITH told AS (
    SELECT run_id FROM registry.predictions
    UNION SELECT run_id FROM registry.metrics
    UNION SELECT run_id FROM registry.epochs
)
SELECT runs.run_id, runs.status
FROM {batch} AS runs
SEMI JOIN told USING (run_id)
WHERE runs.status <> 'completed'
