-- One row per part and metric of a run, over all photographs of the part.
FROM registry.metrics
SELECT part, metric, value, low, high, n_images, n_people, method
WHERE run_id = $run_id AND slice = 'all'
ORDER BY part, metric
