-- One row per deleted metric of the current runs whose intervals an older version computed by a percentile bootstrap.
DELETE FROM registry.metrics
WHERE run_id IN (
    FROM registry.metrics SEMI JOIN registry.current USING (run_id)
    SELECT run_id WHERE contains(method, 'percentile bootstrap')
)
RETURNING run_id
