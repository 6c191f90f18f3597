-- One row per deleted metric of the current runs that an older version measured: with intervals by a percentile bootstrap, or
-- without the accuracy without references and the metrics that were introduced with it.
DELETE FROM registry.metrics
WHERE run_id IN (
    FROM registry.metrics SEMI JOIN registry.current USING (run_id)
    SELECT run_id
    GROUP BY run_id
    HAVING bool_or(contains(method, 'percentile bootstrap')) OR NOT bool_or(metric = 'accuracy_without_references')
)
RETURNING run_id
